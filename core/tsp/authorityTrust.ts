/** Whether a timestamp authority is one that somebody here trusts. */
import { names } from '../cms/checkSigner.ts';
import type { Certificate } from '../pki/certificate.ts';
import { CertificateError } from '../pki/certificateError.ts';
import { CertificatePool } from '../pki/certificatePool.ts';
import { CertificateReader } from '../pki/certificateReader.ts';
import type { IssuerSearch } from '../pki/issuerSearch.ts';
import { buildPaths } from '../pki/pathBuilding.ts';
import type { Clock } from '../ports/clock.ts';
import type { TimestampToken } from './timestampToken.ts';

export interface AuthorityTrustOptions {
	/** Certificates; where there are none nobody said whom to trust, and every authority is taken. */
	readonly anchors: readonly Certificate[];
	/** From files: authorities in between. */
	readonly known: readonly Certificate[];
	readonly issuers: IssuerSearch;
	readonly clock: Clock;
}

/**
 * For `TsaClient`: whether a path leads from the certificate that signed a token to an anchor, by what the token carries and
 * by the addresses in it. Where an address cannot be reached it is not known, and the authority gets the benefit of that.
 */
export function authorityTrust(options: AuthorityTrustOptions): (token: TimestampToken) => Promise<boolean> {
	const anchors = new CertificatePool(options.anchors);
	const reader = new CertificateReader();
	/** To whose certificate a path was found: the other timestamps of a run come by the same. */
	const trusted = new WeakSet<Certificate>();
	return async ({ signer, signedData }) => {
		if (anchors.size === 0) return true;
		const carried = signedData.certificates.flatMap((der) => readCertificate(der, reader));
		const certificate = carried.find((candidate) => names(signer, candidate));
		if (certificate === undefined) return false;
		if (trusted.has(certificate)) return true;
		const pool = new CertificatePool([...carried, ...options.known]);
		const time = options.clock.now();
		const obstacles = await options.issuers.complete(certificate, pool, anchors, { origin: 'configured', time });
		if (obstacles.length > 0) return true;
		const isTrusted = buildPaths(certificate, pool, anchors, time).next().done === false;
		if (isTrusted) trusted.add(certificate);
		return isTrusted;
	};
}

function readCertificate(der: Uint8Array, reader: CertificateReader): readonly Certificate[] {
	try {
		return [reader.parse(der)];
	} catch (error) {
		if (error instanceof CertificateError) return [];
		throw error;
	}
}
