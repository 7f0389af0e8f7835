/** What somebody appended to a document: taken only if it is one sound signature, with its proof, and nothing else. */
import type { ByteSource } from '../pdf/byteSource.ts';
import { PdfError } from '../pdf/pdfError.ts';
import type { Change } from './changes/change.ts';
import { changeBesidesSignatures } from './changes/signaturesAlone.ts';
import { IncrementError } from './incrementError.ts';
import type { SignatureVerdict } from './verdict/verdict.ts';
import { type VerifyOptions, verifyDocument } from './verifyDocument.ts';

/**
 * Judges the bytes from `baseSize` on. That the bytes before are those of the base is the caller's to see to.
 *
 * @returns the verdict on the new signature, which is TOTAL-PASSED.
 * @throws {IncrementError}
 */
export async function verifyIncrement(
	source: ByteSource,
	baseSize: number,
	options: VerifyOptions,
): Promise<SignatureVerdict> {
	const { signatures } = await readable(() => verifyDocument(source, options));
	const isNew = ({ facts }: SignatureVerdict): boolean => facts.offset >= baseSize;
	const [added, ...others] = signatures.filter((one) => isNew(one) && one.kind === 'signature');
	if (!added || others.length > 0)
		throw new IncrementError(
			'increment-not-one-signature',
			`what was appended holds ${others.length + (added ? 1 : 0)} signatures instead of one`,
		);
	const broken = signatures.find((one) => !isNew(one) && one.changes.level === 'disallowed');
	if (broken)
		throw new IncrementError('increment-breaks-signature', `the signature in ${broken.field} does not survive it`);
	const change = await readable(async () => changeBesidesSignatures(source, baseSize));
	if (change) throw new IncrementError('increment-changes-document', `besides the signature: ${inWords(change)}`);
	requireValid(added);
	const stamp = signatures.find((one) => isNew(one) && one.indication === 'TOTAL-FAILED');
	if (stamp) throw new IncrementError('signature-invalid', `the timestamp in ${stamp.field} does not hold`);
	return added;
}

function requireValid({ indication, subIndication, errors, field, changes }: SignatureVerdict): void {
	if (changes.level === 'disallowed')
		throw new IncrementError('increment-changes-document', `the document was changed after ${field} was signed`);
	if (indication === 'TOTAL-PASSED') return;
	const reasons = errors.map(({ message }) => message).join(' ');
	const isOpen = indication === 'INDETERMINATE' && subIndication !== null && mayClear.has(subIndication);
	throw new IncrementError(
		isOpen ? 'signature-unconfirmed' : 'signature-invalid',
		`the signature in ${field} is ${indication}${subIndication ? ` (${subIndication})` : ''}: ${reasons}`,
	);
}

/** Sub-indications that say no more than that something could not be had at this moment. */
const mayClear: ReadonlySet<string> = new Set(['TRY_LATER', 'CERTIFICATE_CHAIN_GENERAL_FAILURE', 'NO_POE']);

const inWords = ({ what, detail, page }: Change): string =>
	[what, detail, page === undefined ? undefined : `page ${page}`].filter((part) => part !== undefined).join(', ');

async function readable<Value>(read: () => Promise<Value>): Promise<Value> {
	try {
		return await read();
	} catch (cause) {
		if (!(cause instanceof PdfError)) throw cause;
		throw new IncrementError('increment-unreadable', `the document cannot be read with it: ${cause.message}`, {
			cause,
		});
	}
}
