/** A PDF whose signature carries a counter-signature, put into its gap afterwards: the signature does not notice it. */
import { addToSignedData } from '../../core/cms/addToSignedData.ts';
import { encodeAttribute } from '../../core/cms/attributes.ts';
import { AttributeType } from '../../core/cms/oids.ts';
import { parseSignedData } from '../../core/cms/signedData.ts';
import { type CounterSignatureOptions, counterSignature } from './cadesMaker.ts';
import type { Issued } from './demoPki.ts';
import type { SigningFolder } from './keySigner.ts';
import { sampleContract } from './sampleContract.ts';

/** The contract signed by one and counter-signed by the other. */
export async function counterSignedPdf(
	folder: SigningFolder,
	signer: Issued,
	counterSigner: Issued,
	options: CounterSignatureOptions = {},
): Promise<Uint8Array> {
	// There is room for a timestamp that never comes.
	const { bytes, signatures } = await folder.sign(await sampleContract(), signer, {}, { level: 'b-t' });
	const [cms = new Uint8Array()] = signatures;
	const { der, signerInfos } = parseSignedData(cms);
	const value = signerInfos[0]?.signature ?? new Uint8Array();
	const added = addToSignedData(der, {
		certificates: [counterSigner.certificate],
		unsignedAttributes: [
			encodeAttribute(AttributeType.countersignature, await counterSignature(value, counterSigner, options)),
		],
	});
	const text = Buffer.from(bytes).toString('latin1');
	const at = text.toLowerCase().indexOf(Buffer.from(der).toString('hex'));
	const filled = text.slice(0, at) + Buffer.from(added).toString('hex');
	if (at < 0 || !/^0+$/.test(text.slice(at + 2 * der.length, filled.length)))
		throw new Error('there is no room for the counter-signature');
	return Buffer.from(filled + text.slice(filled.length), 'latin1');
}
