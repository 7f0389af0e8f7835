/** A signatory's receipt: what they did, with the digests, for people; and the same for machines, attached. */
import type { ChainedEvent } from '../../core/evidence/event.ts';
import type { SignatureObject } from '../../core/evidence/signatureObject.ts';
import type { LivePosting, Signatory } from '../../core/postings/posting.ts';
import { ArchivalPdf, type Attachment } from './archivalPdf.ts';
import { type ReceiptWords, receiptWords } from './receiptWords.ts';

type SignedBy = SignatureObject['documents'][number]['signed'][number];

export interface ReceiptContent {
	readonly posting: LivePosting;
	readonly signatory: Signatory;
	readonly object: SignatureObject;
	/** The object, sealed. */
	readonly sealed: string;
	readonly events: readonly ChainedEvent[];
	readonly now: Date;
}

/** @returns PDF/A-3, to be sealed. */
export async function drawReceipt(content: ReceiptContent): Promise<Uint8Array> {
	const { posting, signatory, object, now } = content;
	const words = receiptWords[signatory.language];
	const pdf = await ArchivalPdf.create(`${words.title}: ${posting.title}`, signatory.language, now);
	await pdf.text(words.title, 20);
	await pdf.text(posting.title, 13);
	pdf.space();
	await writeFacts(pdf, words, content);
	pdf.space();
	await pdf.text(words.documents, 13);
	for (const document of object.documents) {
		pdf.space(6);
		await pdf.text(document.name, 11.5);
		const [signed] = document.signed;
		const state =
			signed !== undefined
				? `${words.signed} ${signed.field}`
				: signatory.role === 'approver'
					? words.approved
					: words.notSigned;
		await pdf.text(state, 10, 12);
		await pdf.text(`${words.digestBefore}: ${signed?.base ?? document.current.sha256}`, 9, 12);
		if (signed === undefined) continue;
		await pdf.text(`${words.digestAfter}: ${signed.revision.sha256}`, 9, 12);
		await pdf.text(`${words.certificate}: ${signed.certificate.subject}`, 9, 12);
		await pdf.text(`${words.known}: ${identityInWords(signed.identity)}`, 9, 12);
	}
	pdf.space(16);
	await pdf.text(words.attached, 9);
	return pdf.finish([signatureObjectFile(content.sealed), eventExtractFile(content.events)]);
}

async function writeFacts(
	pdf: ArchivalPdf,
	words: ReceiptWords,
	{ posting, signatory }: Pick<ReceiptContent, 'posting' | 'signatory'>,
): Promise<void> {
	const act = signatory.role === 'viewer' ? '' : words.acted[signatory.role];
	const { owner, id } = posting;
	const facts = [
		[words.person, `${signatory.name} ${act}`],
		[words.at, `${signatory.since.slice(0, 19).replace('T', ' ')} UTC`],
		[words.posting, id],
		[words.owner, owner.email === null ? owner.name : `${owner.name} <${owner.email}>`],
	];
	for (const [label, value] of facts) await pdf.text(`${label}: ${value}`);
}

/** As the object has it: the attribute with the identifier, or when the certificate was enrolled. */
function identityInWords({ rule, attribute, found, enrolledAt }: SignedBy['identity']): string {
	return rule === 'identifier' ? `${attribute} = ${found}` : `SHA-256 ${found} (${enrolledAt})`;
}

export const signatureObjectFile = (sealed: string): Attachment => ({
	name: 'signature-object.jws',
	mediaType: 'application/jose',
	description: 'What is signed and what is not, sealed by the service',
	bytes: Buffer.from(sealed, 'ascii'),
});

/** One event a line, as it was hashed; each names the hash of the one before it in the tenant's chain. */
export const eventExtractFile = (events: readonly ChainedEvent[]): Attachment => ({
	name: 'events.jsonl',
	mediaType: 'application/json',
	description: 'What happened in the posting, as recorded in the chain of events',
	bytes: Buffer.from(
		events
			.map(({ body, hash, openings }) => `${JSON.stringify({ hash, body, openings: withoutAddresses(openings) })}\n`)
			.join(''),
		'utf8',
	),
});

/** From where somebody asked is for the service's keeper, not for whoever gets the file. */
function withoutAddresses({ address: _, ...openings }: ChainedEvent['openings']): ChainedEvent['openings'] {
	return openings;
}
