/** A report on a run for people and for the file: what was signed, with which certificate, when, and by which digests. */
import fontkit from '@cantoo/fontkit';
import { PDFDocument } from 'pdf-lib';
import type { FileOutcome } from '../pades/fileOutcome.ts';
import type { SignerDescription } from '../pades/signingRun.ts';
import { reasonOf } from '../ports/reason.ts';
import { PageWriter } from '../validation/report/pageWriter.ts';
import type { DocumentVerdict } from '../validation/verdict/verdict.ts';
import { failuresByReason } from './failures.ts';
import { sha256Of } from './reconcile.ts';

/** What became of one file, and what it was found to be worth afterwards. */
export interface ReportedFile {
	readonly outcome: FileOutcome;
	readonly verified?: DocumentVerdict['indication'] | undefined;
	/** In hex, as they were written down when it was signed. Default: of the files as they are on the disk now. */
	readonly digests?: { readonly input: string | undefined; readonly output: string | undefined } | undefined;
}

export interface BatchReport {
	readonly begun: Date;
	readonly ended: Date;
	readonly files: readonly ReportedFile[];
}

/** The report as a PDF. */
export async function batchReport({ begun, ended, files }: BatchReport): Promise<Uint8Array> {
	const document = await PDFDocument.create();
	document.registerFontkit(fontkit);
	document.setTitle(`Signatures of ${begun.toISOString()}`);
	document.setLanguage('en');
	const writer = new PageWriter(document);
	await writer.write('Batch report', { size: 18 });
	await writer.write(begun.toISOString(), { label: 'Begun' });
	await writer.write(ended.toISOString(), { label: 'Ended' });
	await writer.write(countsOf(files), { label: 'Files' });
	const signers = signersOf(files);
	for (const signer of signers) {
		writer.skip(12);
		await writer.write(signer.subject, { label: 'Certificate' });
		await writer.write(signer.issuer, { label: 'Issued by' });
		await writer.write(signer.serial, { label: 'Serial number' });
	}
	const failures = failuresByReason(files.map(({ outcome }) => outcome));
	if (failures.length > 0) writer.skip(12);
	for (const { reason, outcomes } of failures)
		await writer.write(`${outcomes.length} × ${reason.code}: ${reason.hint}`, { label: 'Not as asked' });
	for (const file of files) await writeFile(file, signers.length > 1, writer);
	return document.save();
}

/** Who signed, or was to: one, unless a batch was gone on with by another certificate. */
function signersOf(files: readonly ReportedFile[]): readonly SignerDescription[] {
	const all = files.flatMap(({ outcome }) => outcome.signer ?? []);
	return [...new Map(all.map((signer) => [`${signer.issuer} ${signer.serial}`, signer])).values()];
}

/** @param names whether it must be said which certificate signed it. */
async function writeFile(reported: ReportedFile, names: boolean, writer: PageWriter): Promise<void> {
	const { outcome, verified, digests } = reported;
	const { file, out, outcome: what, level, pending, field, signer, error } = outcome;
	const written = what === 'failed' || what === 'cancelled' ? undefined : out;
	const small = { size: 8 };
	writer.skip(12);
	writer.keepTogether(70);
	await writer.write(file, { size: 12 });
	const state = [what, level?.toUpperCase(), field === undefined ? undefined : `field ${field}`, verified];
	await writer.write(state.filter(Boolean).join(', '));
	if (pending.length > 0) await writer.write(`Still to be added: ${pending.join(', ')}`);
	if (error !== undefined) await writer.write(reasonOf(error).message);
	if (names && written !== undefined && signer) await writer.write(signer.serial, { ...small, label: 'Certificate' });
	const digestOf = (path: string, which: 'input' | 'output'): string =>
		inGroups(digests ? (digests[which] ?? 'not known') : (sha256Of(path) ?? 'not there any more'));
	await writer.write(digestOf(file, 'input'), { ...small, label: 'SHA-256, input' });
	if (written === undefined) return;
	await writer.write(written, { ...small, label: 'Output' });
	await writer.write(digestOf(written, 'output'), { ...small, label: 'SHA-256, output' });
}

/** As people compare them; other words are left as they are. */
const inGroups = (digest: string): string => digest.match(/[0-9a-f]{16}/g)?.join(' ') ?? digest;

function countsOf(files: readonly ReportedFile[]): string {
	const kinds = Map.groupBy(files, ({ outcome }) => outcome.outcome);
	return [...kinds].map(([kind, members]) => `${members.length} ${kind}`).join(', ');
}
