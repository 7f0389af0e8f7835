/** Validation of a PDF from end to end: facts, policy, verdict (EN 319 102-1). */
import type { ByteSource } from '../pdf/byteSource.ts';
import { PdfDocument } from '../pdf/document.ts';
import type { ValidationData } from '../pki/validationData.ts';
import type { TrustAnchor } from '../ports/trustSource.ts';
import { collectFacts } from './facts/documentFacts.ts';
import { defaultPolicy, type ValidationPolicy } from './policy/policy.ts';
import { judgeDocument } from './verdict/judgeDocument.ts';
import type { QualifiedService } from './verdict/qualification.ts';
import type { DocumentVerdict } from './verdict/verdict.ts';

export interface VerifyOptions {
	/** Only these are trusted. */
	readonly anchors: readonly TrustAnchor[];
	/** The moment for which validation is done. */
	readonly time: Date;
	readonly policy?: ValidationPolicy | undefined;
	/** From `--validation-data` and caches. */
	readonly data?: ValidationData | undefined;
	/** For an encrypted document. */
	readonly password?: string | undefined;
	readonly isQualifiedService?: QualifiedService | undefined;
}

/**
 * The verdict on every signature and document timestamp of a PDF.
 *
 * @throws {PdfError} where the document cannot be read at all; whatever is wrong with a signature is in its verdict.
 */
export async function verifyDocument(source: ByteSource, options: VerifyOptions): Promise<DocumentVerdict> {
	const document = PdfDocument.open(source, { password: options.password });
	const facts = collectFacts(document, options.data);
	return judgeDocument(facts, {
		anchors: options.anchors,
		time: options.time,
		policy: options.policy ?? defaultPolicy,
		online: false,
		isQualifiedService: options.isQualifiedService,
	});
}
