import type { Letter } from '../letters.ts';
import type { Texts } from './texts.ts';

type Role = Extract<Letter, { readonly kind: 'asked' }>['role'];

/** Ce qui est demandé, après « vous demande ». */
const task: Readonly<Record<Role, string>> = {
	signer: 'de signer',
	witness: 'de signer comme témoin',
	approver: 'd’approuver',
	viewer: 'de lire',
};

export const fr: Texts = {
	greeting: (name) => `Bonjour ${name},`,
	closing:
		'Ce message a été rédigé par Paraph. Le lien ne vous connecte pas : il vous sera demandé de prouver votre identité.',
	link: 'Vous le trouverez ici :',
	asked: ({ owner, title, role, message, expiresAt }, { date }) => ({
		subject: `${owner} vous demande ${task[role]} : ${title}`,
		paragraphs: [
			`${owner} vous demande ${task[role]} « ${title} » avant le ${date(expiresAt)}.`,
			...(message === '' ? [] : [message]),
		],
	}),
	reminded: ({ owner, title, role, expiresAt }, { date }) => ({
		subject: `On vous attend : ${title}`,
		paragraphs: [
			`${owner} vous a demandé ${task[role]} « ${title} » et attend votre réponse. Vous avez jusqu’au ${date(expiresAt)}.`,
		],
	}),
	closed: ({ owner, title, why }) => ({
		subject: `Plus rien à faire : ${title}`,
		paragraphs: [
			{
				cancelled: `${owner} a retiré « ${title} ». Vous n’avez plus rien à faire.`,
				expired: `Le délai pour signer « ${title} » est écoulé. Vous n’avez plus rien à faire.`,
				declined: `Une personne a refusé de signer « ${title} », qui ne sera donc pas mené à terme. Vous n’avez plus rien à faire.`,
				'not-needed': `Assez d’autres personnes ont signé « ${title} ». Vous n’avez plus rien à faire.`,
			}[why],
		],
	}),
	receipt: ({ title }) => ({
		subject: `Votre reçu : ${title}`,
		paragraphs: [
			`Vous avez fait votre part pour « ${title} ». Le reçu indique ce que vous avez signé, avec les empreintes. Téléchargez-le et conservez-le : le service l’effacera plus tard.`,
		],
	}),
	completed: ({ title }) => ({
		subject: `Terminé : ${title}`,
		paragraphs: [
			`Chacun a fait sa part pour « ${title} ». Téléchargez les documents signés et les preuves, puis confirmez que vous les avez : le service effacera sa copie plus tard.`,
		],
	}),
	declined: ({ title, by, reason }) => ({
		subject: `Refusé : ${title}`,
		paragraphs: [
			`${by} a refusé « ${title} », en ces termes :`,
			reason,
			'Vous pouvez désigner une autre personne ou mettre fin à l’envoi.',
		],
	}),
	delegated: ({ title, by, successor }) => ({
		subject: `Transmis : ${title}`,
		paragraphs: [`${by} a transmis « ${title} » à ${successor}, qui est maintenant sollicité.`],
	}),
	expired: ({ title }) => ({
		subject: `Délai écoulé : ${title}`,
		paragraphs: [
			`Tout le monde n’a pas signé « ${title} » à temps. Ce qui est signé peut encore être téléchargé jusqu’à l’effacement de l’envoi.`,
		],
	}),
	'download-due': ({ title, deleteAt }, { date }) => ({
		subject: `À télécharger avant l’effacement : ${title}`,
		paragraphs: [
			`« ${title} » doit être effacé (${date(deleteAt)}) et vous n’avez pas encore confirmé l’avoir téléchargé. Merci de le faire.`,
		],
	}),
	'administrator-login': ({ who, address, at }, { time }) => ({
		subject: `Connexion d’un administrateur : ${who}`,
		paragraphs: [
			`${who} s’est connecté comme administrateur depuis ${address} (${time(at)}).`,
			'Si cela vous surprend, désactivez le compte et consultez les événements.',
		],
	}),
	'login-code': ({ code, minutes }) => ({
		subject: `Votre code : ${code}`,
		paragraphs: [
			`Votre code est ${code}. Il est valable ${minutes} minutes, une seule fois.`,
			'Si vous n’avez pas cherché à vous connecter, ignorez ce message. Ne communiquez jamais ce code.',
		],
	}),
};
