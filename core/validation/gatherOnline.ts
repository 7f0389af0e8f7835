/** Asks the network for what a verdict still lacks: issuers by AIA, revocation status by OCSP and CRL. */
import type { Certificate } from '../pki/certificate.ts';
import { CertificatePool } from '../pki/certificatePool.ts';
import type { PathResearch } from '../pki/pathResearch.ts';
import type { TrustAnchor } from '../ports/trustSource.ts';
import type { Evidence } from './facts/evidence.ts';
import type { Conclusion, DocumentVerdict, SubIndication } from './verdict/verdict.ts';

/** What more knowledge of certificates can change; the rest stands whatever the network says. */
const helped: ReadonlySet<SubIndication | null> = new Set<SubIndication>([
	'NO_CERTIFICATE_CHAIN_FOUND',
	'CERTIFICATE_CHAIN_GENERAL_FAILURE',
	'REVOCATION_OUT_OF_BOUNDS_NO_POE',
	'OUT_OF_BOUNDS_NO_POE',
	'TRY_LATER',
	'NO_POE',
]);

const isHelped = ({ indication, subIndication }: Conclusion): boolean =>
	indication === 'INDETERMINATE' && helped.has(subIndication);

/** Whether asking the network could change the verdict: then a person is asked for consent. */
export function onlineWouldHelp(verdict: DocumentVerdict): boolean {
	return !verdict.online && openCertificates(verdict).length > 0;
}

/** Certificates of signers and timestamp authorities whose trust is open, each once. */
function openCertificates({ signatures }: DocumentVerdict): readonly Certificate[] {
	const open = signatures.flatMap((signature) => [
		...(isHelped(signature) && signature.signer ? [signature.signer] : []),
		...signature.timestamps.flatMap((timestamp) =>
			isHelped(timestamp) && timestamp.authority ? [timestamp.authority] : [],
		),
	]);
	return [...new Map(open.map((certificate) => [certificate.fingerprint, certificate])).values()];
}

export interface GatherOptions {
	readonly research: PathResearch;
	readonly anchors: readonly TrustAnchor[];
	readonly time: Date;
	readonly signal?: AbortSignal | undefined;
}

/** Adds to the evidence what could be found. Addresses in someone's file are strangers' addresses. */
export async function gatherOnline(
	verdict: DocumentVerdict,
	evidence: Evidence,
	options: GatherOptions,
): Promise<boolean> {
	const anchors = new CertificatePool(
		evidence.reader.certificates(options.anchors.map(({ certificate }) => certificate)),
	);
	const open = openCertificates(verdict);
	for (const certificate of open) {
		const { data } = await options.research.research(certificate, {
			known: evidence.data,
			anchors,
			time: options.time,
			origin: 'stranger',
			signal: options.signal,
		});
		evidence.add(data);
	}
	return open.length > 0;
}
