/** What a receipt says, in the signatory's language. */
import type { Language, Role } from '../../core/postings/posting.ts';

export interface ReceiptWords {
	readonly title: string;
	readonly acted: Readonly<Record<Exclude<Role, 'viewer'>, string>>;
	readonly posting: string;
	readonly owner: string;
	readonly person: string;
	readonly at: string;
	readonly documents: string;
	readonly signed: string;
	readonly approved: string;
	readonly notSigned: string;
	readonly certificate: string;
	readonly known: string;
	readonly digestBefore: string;
	readonly digestAfter: string;
	readonly attached: string;
}

export const receiptWords: Readonly<Record<Language, ReceiptWords>> = {
	en: {
		title: 'Receipt',
		acted: { signer: 'signed', approver: 'approved', witness: 'witnessed' },
		posting: 'Posting',
		owner: 'Sent by',
		person: 'Who',
		at: 'When',
		documents: 'Documents',
		signed: 'signed in the field',
		approved: 'approved, without a signature',
		notSigned: 'not signed',
		certificate: 'Certificate',
		known: 'Known by',
		digestBefore: 'SHA-256 as received',
		digestAfter: 'SHA-256 as signed',
		attached:
			'The signature object and the events of the posting are attached to this file. The signature of the service proves that they are unchanged.',
	},
	nb: {
		title: 'Kvittering',
		acted: { signer: 'har signert', approver: 'har godkjent', witness: 'har bevitnet' },
		posting: 'Forsendelse',
		owner: 'Sendt av',
		person: 'Hvem',
		at: 'Når',
		documents: 'Dokumenter',
		signed: 'signert i feltet',
		approved: 'godkjent, uten signatur',
		notSigned: 'ikke signert',
		certificate: 'Sertifikat',
		known: 'Kjent ved',
		digestBefore: 'SHA-256 som mottatt',
		digestAfter: 'SHA-256 som signert',
		attached:
			'Signaturobjektet og hendelsene i forsendelsen er vedlagt i denne filen. Tjenestens signatur viser at de er uendret.',
	},
	fr: {
		title: 'Récépissé',
		acted: { signer: 'a signé', approver: 'a approuvé', witness: 'a attesté' },
		posting: 'Envoi',
		owner: 'Envoyé par',
		person: 'Qui',
		at: 'Quand',
		documents: 'Documents',
		signed: 'signé dans le champ',
		approved: 'approuvé, sans signature',
		notSigned: 'non signé',
		certificate: 'Certificat',
		known: 'Reconnu par',
		digestBefore: 'SHA-256 à la réception',
		digestAfter: 'SHA-256 après signature',
		attached:
			'L’objet de signature et les événements de l’envoi sont joints à ce fichier. La signature du service prouve qu’ils sont inchangés.',
	},
	de: {
		title: 'Quittung',
		acted: { signer: 'hat unterschrieben', approver: 'hat genehmigt', witness: 'hat bezeugt' },
		posting: 'Sendung',
		owner: 'Gesendet von',
		person: 'Wer',
		at: 'Wann',
		documents: 'Dokumente',
		signed: 'unterschrieben im Feld',
		approved: 'genehmigt, ohne Unterschrift',
		notSigned: 'nicht unterschrieben',
		certificate: 'Zertifikat',
		known: 'Erkannt an',
		digestBefore: 'SHA-256 wie erhalten',
		digestAfter: 'SHA-256 wie unterschrieben',
		attached:
			'Das Signaturobjekt und die Ereignisse der Sendung sind dieser Datei beigefügt. Die Signatur des Dienstes beweist, dass sie unverändert sind.',
	},
};
