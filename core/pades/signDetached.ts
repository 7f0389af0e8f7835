/** Detached CAdES signatures for any kind of file (EN 319 122-1 §6). */
import { buildSignedData, signatureTimestampAttribute } from '../cms/buildSignedData.ts';
import { buildSignedAttributes } from '../cms/signedAttributes.ts';
import { Certificate } from '../pki/certificate.ts';
import { context, der, oid } from '../pki/der.ts';
import { digest as digestOf } from '../pki/digest.ts';
import type { SigningDigest } from '../ports/algorithms.ts';
import { TimestampError } from '../tsp/errors.ts';
import type { Draft } from './draft.ts';
import { checkSignature } from './embed.ts';
import { type Level, reaches } from './level.ts';
import { chooseAlgorithm, documentDigest } from './signerCertificate.ts';
import type { SigningRun } from './signingRun.ts';
import type { Stopwatch } from './stopwatch.ts';

export interface DetachedRequest {
	/** Up to `b-lt`. */
	readonly level: Level;
	readonly digest: SigningDigest;
	readonly pss: boolean;
	readonly signingTime: Date;
	readonly signal?: AbortSignal | undefined;
}

export interface DetachedSignature {
	/** DER of the CMS object: the whole of the `.p7s` file. */
	readonly cms: Uint8Array;
	readonly level: Level;
	readonly warnings: readonly string[];
	readonly failure: Error | undefined;
}

/** RFC 5940: an OCSP response among the revocation data of SignedData. */
const ocspResponseInfo = '1.3.6.1.5.5.7.16.2';

/**
 * Signs the file's bytes; what the network does not give is told in the result.
 *
 * @throws {SigningError}, {TokenError} where no signature came of it.
 */
export async function signDetached(
	content: Draft,
	run: SigningRun,
	request: DetachedRequest,
	watch: Stopwatch,
): Promise<DetachedSignature> {
	const { signer, supply } = run;
	const certificate = Certificate.parse(signer.certificate);
	const algorithm = chooseAlgorithm(certificate, request.digest, request.pss, signer);
	const digest = documentDigest(algorithm, 'digest' in algorithm ? algorithm.digest : request.digest);
	const signedAttributes = buildSignedAttributes({
		messageDigest: await watch.during('hash', () => content.digest(digest)),
		certificate: certificate.raw,
		certificateDigest: digest,
		signingTime: request.signingTime,
	});
	const signature = await watch.during('token', () => signer.sign(signedAttributes, algorithm, request.signal));
	checkSignature({ certificate: certificate.raw, algorithm, signedAttributes }, signature, certificate);
	const base = { certificate: certificate.raw, chain: run.chain, signedAttributes, digest, algorithm, signature };
	const bare: DetachedSignature = { cms: buildSignedData(base), level: 'b-b', warnings: [], failure: undefined };
	if (!reaches(request.level, 'b-t') || !supply) return bare;
	try {
		const imprint = { algorithm: digest, digest: digestOf(digest, signature) };
		const { token } = await watch.during('tsa', () => supply.timestamp(imprint, request.signal));
		const unsignedAttributes = [signatureTimestampAttribute(token.der)];
		const stamped: DetachedSignature = { ...bare, cms: buildSignedData({ ...base, unsignedAttributes }), level: 'b-t' };
		if (!reaches(request.level, 'b-lt') || !run.evidence) return stamped;
		const { evidence } = run;
		const found = await watch.during('revocation', () =>
			evidence.collect([stamped.cms, token.der], token.info.time, request.signal),
		);
		if (found.failure) return { ...stamped, warnings: found.warnings, failure: found.failure };
		const { certificates, crls, ocspResponses } = found.material;
		const responses = ocspResponses.map((response) => der(context(1), oid(ocspResponseInfo), response));
		const whole = {
			...base,
			chain: [...run.chain, ...certificates],
			crls: [...crls, ...responses],
			unsignedAttributes,
		};
		return { cms: buildSignedData(whole), level: 'b-lt', warnings: found.warnings, failure: undefined };
	} catch (error) {
		if (error instanceof TimestampError) return { ...bare, failure: error };
		throw error;
	}
}
