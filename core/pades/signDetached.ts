/** Detached CAdES signatures for any kind of file (EN 319 122-1 §6). */
import { buildSignedData } from '../cms/buildSignedData.ts';
import { buildSignedAttributes, companionDigest } from '../cms/signedAttributes.ts';
import type { SigningDigest } from '../ports/algorithms.ts';
import { TimestampError } from '../tsp/errors.ts';
import { DetachedDraft } from './detachedDraft.ts';
import type { Draft } from './draft.ts';
import { checkSignature } from './embed.ts';
import { completeDetached, stampDetached } from './extendDetached.ts';
import { type Level, reaches } from './level.ts';
import { certificateOf, chooseAlgorithm, documentDigest, hasOtherAlgorithm } from './signerCertificate.ts';
import type { SigningRun } from './signingRun.ts';
import type { Stopwatch } from './stopwatch.ts';

export interface DetachedRequest {
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

/**
 * Signs the file's bytes; what the network does not give is told in the result.
 *
 * @param isSecond after the key refused an algorithm.
 * @throws {SigningError}, {TokenError} where no signature came of it.
 */
export async function signDetached(
	content: Draft,
	run: SigningRun,
	request: DetachedRequest,
	watch: Stopwatch,
	isSecond = false,
): Promise<DetachedSignature> {
	const { signer, supply } = run;
	const certificate = certificateOf(signer);
	const algorithm = chooseAlgorithm(certificate, request.digest, request.pss, signer);
	const digest = documentDigest(algorithm, 'digest' in algorithm ? algorithm.digest : request.digest);
	const signedAttributes = buildSignedAttributes({
		messageDigest: await watch.during('hash', () => content.digest(digest)),
		certificate: certificate.raw,
		certificateDigest: digest,
		signingTime: request.signingTime,
	});
	let signature: Uint8Array;
	try {
		signature = await watch.during('token', () => signer.sign(signedAttributes, algorithm, request.signal));
	} catch (error) {
		if (isSecond || !hasOtherAlgorithm(error, algorithm, signer, request)) throw error;
		return signDetached(content, run, request, watch, true);
	}
	checkSignature({ certificate: certificate.raw, algorithm, signedAttributes }, signature, certificate);
	const cms = buildSignedData({
		certificate: certificate.raw,
		chain: run.chain,
		signedAttributes,
		digest,
		algorithm,
		signature,
	});
	const draft = new DetachedDraft(content.path, content.path, cms);
	const bare: DetachedSignature = { cms, level: 'b-b', warnings: [], failure: undefined };
	if (!reaches(request.level, 'b-t') || !supply) return bare;
	try {
		const { level, signal } = request;
		const companion = companionDigest(digest);
		const notBefore = await stampDetached(draft, supply, { digest: companion, signal }, watch);
		if (!reaches(level, 'b-lt') || !run.evidence) return { ...bare, cms: draft.cms, level: 'b-t' };
		const wanted = { level, digest: companion, signal, notBefore };
		const reached = await completeDetached(draft, run.evidence, supply, wanted, watch);
		return { ...reached, cms: draft.cms };
	} catch (error) {
		if (error instanceof TimestampError) return { ...bare, failure: error };
		throw error;
	}
}
