import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { SigningError } from '../core/pades/signingError.ts';
import { FileSource } from '../core/pdf/byteSource.ts';
import { PdfDocument } from '../core/pdf/document.ts';
import { signatureFields } from '../core/pdf/fields.ts';
import { ExitCode } from './command.ts';
import { UsageError } from './errors.ts';
import type { Output } from './output.ts';

/** Writes the document as one of its signatures signed it. @throws {UsageError}, {SigningError} */
export async function extractRevision(
	files: readonly string[],
	options: {
		readonly number: string;
		readonly out: string | undefined;
		readonly force: boolean;
		readonly password: string | undefined;
	},
	output: Output,
): Promise<number> {
	const [file, ...more] = files;
	if (file === undefined || more.length > 0) throw new UsageError('--extract-revision wants one file');
	if (options.out === undefined) throw new UsageError('--extract-revision wants --out');
	const number = Number(options.number);
	if (!Number.isInteger(number) || number < 1)
		throw new UsageError(`--extract-revision: '${options.number}' is no number from 1`);
	if (existsSync(options.out) && !options.force) {
		throw new SigningError('output-exists', `${options.out} exists already`, { subject: options.out });
	}
	const end = endOfSignature(file, number, options.password);
	await pipeline(
		createReadStream(file, { end: end - 1 }),
		createWriteStream(options.out, { flags: options.force ? 'w' : 'wx' }),
	);
	output.result(
		{ file, out: options.out, revision: number, size: end, ok: true },
		`${file}: as signature ${number} signed it → ${options.out}`,
	);
	return ExitCode.ok;
}

function endOfSignature(file: string, number: number, password: string | undefined): number {
	const source = FileSource.open(file);
	try {
		const ends = signatureFields(PdfDocument.open(source, { password }))
			.flatMap(({ signature }) => {
				const [, , start, length] = signature?.byteRange ?? [];
				return start === undefined || length === undefined ? [] : [start + length];
			})
			.filter((end) => end > 0 && end <= source.size)
			.sort((a, b) => a - b);
		const end = ends[number - 1];
		if (end === undefined) {
			throw new SigningError('not-signed', `${file} has ${ends.length} signatures, not ${number}`, { subject: file });
		}
		return end;
	} finally {
		source.close();
	}
}
