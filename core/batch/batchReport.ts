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
}

export interface BatchReport {
	readonly begun: Date;
	readonly ended: Date;
	/** Undefined where nothing was signed in this run. */
	readonly signer: SignerDescription | undefined;
	readonly files: readonly ReportedFile[];
}

/** The report as a PDF. Digests are those of the files as they are on the disk now. */
export async function batchReport({ begun, ended, signer, files }: BatchReport): Promise<Uint8Array> {
	const document = await PDFDocument.create();
	document.registerFontkit(fontkit);
	document.setTitle(`Signatures of ${begun.toISOString()}`);
	document.setLanguage('en');
	const writer = new PageWriter(document);
	await writer.write('Batch report', { size: 18 });
	await writer.write(begun.toISOString(), { label: 'Begun' });
	await writer.write(ended.toISOString(), { label: 'Ended' });
	await writer.write(countsOf(files), { label: 'Files' });
	if (signer) {
		writer.skip(12);
		await writer.write(signer.subject, { label: 'Certificate' });
		await writer.write(signer.issuer, { label: 'Issued by' });
		await writer.write(signer.serial, { label: 'Serial number' });
	}
	const failures = failuresByReason(files.map(({ outcome }) => outcome));
	if (failures.length > 0) writer.skip(12);
	for (const { reason, outcomes } of failures)
		await writer.write(`${outcomes.length} × ${reason.code}: ${reason.hint}`, { label: 'Not as asked' });
	for (const file of files) await writeFile(file, writer);
	return document.save();
}

async function writeFile({ outcome, verified }: ReportedFile, writer: PageWriter): Promise<void> {
	const { file, out, outcome: what, level, pending, field, error } = outcome;
	const written = what === 'failed' || what === 'cancelled' ? undefined : out;
	const small = { size: 8 };
	writer.skip(12);
	writer.keepTogether(70);
	await writer.write(file, { size: 12 });
	const state = [what, level?.toUpperCase(), field === undefined ? undefined : `field ${field}`, verified];
	await writer.write(state.filter(Boolean).join(', '));
	if (pending.length > 0) await writer.write(`Still to be added: ${pending.join(', ')}`);
	if (error !== undefined) await writer.write(reasonOf(error).message);
	await writer.write(digestOf(file), { ...small, label: 'SHA-256, input' });
	if (written === undefined) return;
	await writer.write(written, { ...small, label: 'Output' });
	await writer.write(digestOf(written), { ...small, label: 'SHA-256, output' });
}

/** In groups, as people compare them. */
const digestOf = (path: string): string => sha256Of(path)?.match(/.{16}/g)?.join(' ') ?? 'not there any more';

function countsOf(files: readonly ReportedFile[]): string {
	const kinds = Map.groupBy(files, ({ outcome }) => outcome.outcome);
	return [...kinds].map(([kind, members]) => `${members.length} ${kind}`).join(', ');
}
