import { readFileSync } from 'node:fs';
import { Draft } from '../pades/draft.ts';
import type { DocumentVerdict } from '../validation/verdict/verdict.ts';
import { type VerifyOptions, verifyDetached, verifyDocument } from '../validation/verifyDocument.ts';

/**
 * The verdict on what a run wrote, read from the disk again.
 *
 * @param content what it is over, where the output is a signature of its own.
 * @throws {PdfError} where it cannot be read.
 */
export async function verifyOutput(
	out: string,
	content: string | undefined,
	options: VerifyOptions,
): Promise<DocumentVerdict> {
	const draft = Draft.open(content ?? out, { password: options.password, digest: 'sha256' });
	try {
		return content === undefined
			? await verifyDocument(draft.source, options)
			: await verifyDetached(readFileSync(out), draft.source, options);
	} finally {
		draft.close();
	}
}
