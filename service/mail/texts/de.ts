import type { Letter } from '../letters.ts';
import type { Texts } from './texts.ts';

type Role = Extract<Letter, { readonly kind: 'asked' }>['role'];

/** Worum gebeten wird: Zeitwort am Ende des Satzes. */
const task: Readonly<Record<Role, string>> = {
	signer: 'zu unterschreiben',
	witness: 'als Zeuge zu unterschreiben',
	approver: 'zu genehmigen',
	viewer: 'zu lesen',
};

export const de: Texts = {
	greeting: (name) => `Guten Tag, ${name}`,
	closing:
		'Diese Nachricht hat Paraph geschrieben. Der Link meldet Sie nicht an: Sie werden gebeten, sich auszuweisen.',
	link: 'Sie finden es hier:',
	asked: ({ owner, title, role, message, expiresAt }, { date }) => ({
		subject: `${owner} bittet Sie: „${title}“`,
		paragraphs: [
			`${owner} bittet Sie, „${title}“ bis zum ${date(expiresAt)} ${task[role]}.`,
			...(message === '' ? [] : [message]),
		],
	}),
	reminded: ({ owner, title, role, expiresAt }, { date }) => ({
		subject: `Es wird auf Sie gewartet: „${title}“`,
		paragraphs: [
			`${owner} hat Sie gebeten, „${title}“ ${task[role]}, und wartet auf Ihre Antwort. Zeit ist bis zum ${date(expiresAt)}.`,
		],
	}),
	closed: ({ owner, title, why }) => ({
		subject: `Nicht mehr nötig: „${title}“`,
		paragraphs: [
			{
				cancelled: `${owner} hat „${title}“ zurückgezogen. Für Sie ist nichts mehr zu tun.`,
				expired: `Die Frist für „${title}“ ist abgelaufen. Für Sie ist nichts mehr zu tun.`,
				declined: `Jemand hat die Unterschrift unter „${title}“ abgelehnt, der Vorgang wird nicht abgeschlossen. Für Sie ist nichts mehr zu tun.`,
				'not-needed': `Genügend andere haben „${title}“ unterschrieben. Für Sie ist nichts mehr zu tun.`,
			}[why],
		],
	}),
	receipt: ({ title }) => ({
		subject: `Ihre Quittung: „${title}“`,
		paragraphs: [
			`Sie haben Ihren Teil von „${title}“ erledigt. Die Quittung nennt, was Sie unterschrieben haben, mit den Hashwerten. Bitte laden Sie sie herunter und bewahren Sie sie auf: Der Dienst löscht sie später.`,
		],
	}),
	completed: ({ title }) => ({
		subject: `Abgeschlossen: „${title}“`,
		paragraphs: [
			`Alle haben ihren Teil von „${title}“ erledigt. Bitte laden Sie die unterschriebenen Dokumente und die Nachweise herunter und bestätigen Sie, dass Sie sie haben: Der Dienst löscht seine Kopie später.`,
		],
	}),
	declined: ({ title, by, reason }) => ({
		subject: `Abgelehnt: „${title}“`,
		paragraphs: [
			`${by} hat „${title}“ abgelehnt, mit diesen Worten:`,
			reason,
			'Sie können jemand anderen benennen oder die Sendung beenden.',
		],
	}),
	delegated: ({ title, by, successor }) => ({
		subject: `Weitergegeben: „${title}“`,
		paragraphs: [`${by} hat „${title}“ an ${successor} weitergegeben; dort wird jetzt angefragt.`],
	}),
	expired: ({ title }) => ({
		subject: `Frist abgelaufen: „${title}“`,
		paragraphs: [
			`Nicht alle haben „${title}“ rechtzeitig unterschrieben. Was unterschrieben ist, kann noch heruntergeladen werden, bis die Sendung gelöscht wird.`,
		],
	}),
	'download-due': ({ title, deleteAt }, { date }) => ({
		subject: `Bitte vor dem Löschen herunterladen: „${title}“`,
		paragraphs: [
			`„${title}“ soll gelöscht werden (${date(deleteAt)}), und Sie haben noch nicht bestätigt, dass Sie alles heruntergeladen haben. Bitte holen Sie das nach.`,
		],
	}),
	'administrator-login': ({ who, address, at }, { time }) => ({
		subject: `Anmeldung als Administrator: ${who}`,
		paragraphs: [
			`${who} hat sich von ${address} aus als Administrator angemeldet (${time(at)}).`,
			'Wenn Sie das überrascht, sperren Sie das Konto und sehen Sie die Ereignisse durch.',
		],
	}),
	'login-code': ({ code, minutes }) => ({
		subject: `${code} ist Ihr Code`,
		paragraphs: [
			`Ihr Code lautet ${code}. Er gilt ${minutes} Minuten lang, ein einziges Mal.`,
			'Wenn Sie sich nicht gerade anmelden wollten, brauchen Sie nichts zu tun. Geben Sie den Code niemandem.',
		],
	}),
};
