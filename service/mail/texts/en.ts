import type { Letter } from '../letters.ts';
import type { Texts } from './texts.ts';

type Role = Extract<Letter, { readonly kind: 'asked' }>['role'];

/** What somebody is asked for, after "asks you to". */
const task: Readonly<Record<Role, string>> = {
	signer: 'sign',
	witness: 'sign as a witness',
	approver: 'approve',
	viewer: 'read',
};

export const en: Texts = {
	greeting: (name) => `Dear ${name},`,
	closing:
		'This message was written by Paraph. It contains no link that logs you in: you will be asked to show who you are.',
	link: 'You find it here:',
	asked: ({ owner, title, role, message, expiresAt }, { date }) => ({
		subject: `${owner} asks you to ${task[role]}: ${title}`,
		paragraphs: [
			`${owner} asks you to ${task[role]} “${title}” by ${date(expiresAt)}.`,
			...(message === '' ? [] : [message]),
		],
	}),
	reminded: ({ owner, title, role, expiresAt }, { date }) => ({
		subject: `Still waiting for you: ${title}`,
		paragraphs: [`${owner} is waiting for you to ${task[role]} “${title}”. There is time until ${date(expiresAt)}.`],
	}),
	closed: ({ owner, title, why }) => ({
		subject: `No longer needed: ${title}`,
		paragraphs: [
			{
				cancelled: `${owner} has withdrawn “${title}”. There is nothing left for you to do.`,
				expired: `The time for signing “${title}” is over. There is nothing left for you to do.`,
				declined: `Somebody declined to sign “${title}”, so it will not be completed. There is nothing left for you to do.`,
				'not-needed': `Enough others have signed “${title}”. There is nothing left for you to do.`,
			}[why],
		],
	}),
	receipt: ({ title }) => ({
		subject: `Your receipt: ${title}`,
		paragraphs: [
			`You have done your part in “${title}”. Your receipt names what you signed, with its hashes. Please download it and keep it: the service deletes it later.`,
		],
	}),
	completed: ({ title }) => ({
		subject: `Completed: ${title}`,
		paragraphs: [
			`Everybody has done their part in “${title}”. Please download the signed documents and the evidence, and confirm that you have them: the service deletes its copy later.`,
		],
	}),
	declined: ({ title, by, reason }) => ({
		subject: `Declined: ${title}`,
		paragraphs: [
			`${by} has declined “${title}”, with these words:`,
			reason,
			'You can name somebody else in their place, or end the posting.',
		],
	}),
	delegated: ({ title, by, successor }) => ({
		subject: `Handed on: ${title}`,
		paragraphs: [`${by} has handed “${title}” on to ${successor}, who is asked now.`],
	}),
	expired: ({ title }) => ({
		subject: `Time is over: ${title}`,
		paragraphs: [
			`Not everybody has signed “${title}” in time. What was signed can still be downloaded until the posting is deleted.`,
		],
	}),
	'download-due': ({ title, deleteAt }, { date }) => ({
		subject: `Please download before it is deleted: ${title}`,
		paragraphs: [
			`“${title}” is to be deleted (${date(deleteAt)}), and you have not confirmed yet that you have downloaded it. Please do so.`,
		],
	}),
	'administrator-login': ({ who, address, at }, { time }) => ({
		subject: `Administrator login: ${who}`,
		paragraphs: [
			`${who} has logged in as an administrator from ${address} (${time(at)}).`,
			'If this surprises you, disable the account and look at the events.',
		],
	}),
	'login-code': ({ code, minutes }) => ({
		subject: `${code} is your code`,
		paragraphs: [
			`Your code is ${code}. It is good for ${minutes} minutes, once.`,
			'If you have not just tried to log in, you can forget about this message. Never tell anybody the code.',
		],
	}),
};
