import type { Letter } from '../letters.ts';
import type { Texts } from './texts.ts';

type Role = Extract<Letter, { readonly kind: 'asked' }>['role'];

/** Hva noen blir bedt om, etter «ber deg om å». */
const task: Readonly<Record<Role, string>> = {
	signer: 'signere',
	witness: 'signere som vitne på',
	approver: 'godkjenne',
	viewer: 'lese',
};

export const nb: Texts = {
	greeting: (name) => `Hei, ${name}!`,
	closing: 'Denne meldingen er skrevet av Paraph. Lenken logger deg ikke inn: du blir bedt om å vise hvem du er.',
	link: 'Du finner det her:',
	asked: ({ owner, title, role, message, expiresAt }, { date }) => ({
		subject: `${owner} ber deg om å ${task[role]} «${title}»`,
		paragraphs: [
			`${owner} ber deg om å ${task[role]} «${title}» innen ${date(expiresAt)}.`,
			...(message === '' ? [] : [message]),
		],
	}),
	reminded: ({ owner, title, role, expiresAt }, { date }) => ({
		subject: `Venter fortsatt på deg: ${title}`,
		paragraphs: [`${owner} venter på at du skal ${task[role]} «${title}». Fristen er ${date(expiresAt)}.`],
	}),
	closed: ({ owner, title, why }) => ({
		subject: `Ikke lenger nødvendig: ${title}`,
		paragraphs: [
			{
				cancelled: `${owner} har trukket «${title}» tilbake. Du trenger ikke gjøre noe mer.`,
				expired: `Fristen for å signere «${title}» er ute. Du trenger ikke gjøre noe mer.`,
				declined: `Noen har takket nei til å signere «${title}», så det blir ikke fullført. Du trenger ikke gjøre noe mer.`,
				'not-needed': `Det er nok andre som har signert «${title}». Du trenger ikke gjøre noe mer.`,
			}[why],
		],
	}),
	receipt: ({ title }) => ({
		subject: `Kvitteringen din: ${title}`,
		paragraphs: [
			`Du har gjort din del av «${title}». Kvitteringen sier hva du signerte, med hashverdier. Last den ned og ta vare på den: tjenesten sletter den senere.`,
		],
	}),
	completed: ({ title }) => ({
		subject: `Fullført: ${title}`,
		paragraphs: [
			`Alle har gjort sin del av «${title}». Last ned de signerte dokumentene og bevisene, og bekreft at du har dem: tjenesten sletter sin kopi senere.`,
		],
	}),
	declined: ({ title, by, reason }) => ({
		subject: `Takket nei: ${title}`,
		paragraphs: [
			`${by} har takket nei til «${title}», med disse ordene:`,
			reason,
			'Du kan sette inn en annen i stedet, eller avslutte forsendelsen.',
		],
	}),
	delegated: ({ title, by, successor }) => ({
		subject: `Gitt videre: ${title}`,
		paragraphs: [`${by} har gitt «${title}» videre til ${successor}, som nå blir spurt.`],
	}),
	expired: ({ title }) => ({
		subject: `Fristen er ute: ${title}`,
		paragraphs: [
			`Ikke alle signerte «${title}» i tide. Det som er signert, kan fortsatt lastes ned til forsendelsen slettes.`,
		],
	}),
	'download-due': ({ title, deleteAt }, { date }) => ({
		subject: `Last ned før det slettes: ${title}`,
		paragraphs: [
			`«${title}» skal slettes (${date(deleteAt)}), og du har ennå ikke bekreftet at du har lastet det ned. Gjør det nå.`,
		],
	}),
	'administrator-login': ({ who, address, at }, { time }) => ({
		subject: `Innlogging som administrator: ${who}`,
		paragraphs: [
			`${who} har logget inn som administrator fra ${address} (${time(at)}).`,
			'Overrasker dette deg, så steng kontoen og se på hendelsene.',
		],
	}),
	'login-code': ({ code, minutes }) => ({
		subject: `Koden din er ${code}`,
		paragraphs: [
			`Koden din er ${code}. Den gjelder i ${minutes} minutter, én gang.`,
			'Har du ikke nettopp prøvd å logge inn, kan du se bort fra denne meldingen. Gi aldri koden til noen.',
		],
	}),
};
