import type { Configuration } from '../core/config/configuration.ts';
import type { EvidenceSource } from '../core/pades/completeDraft.ts';
import type { Certificate } from '../core/pki/certificate.ts';
import { systemClock } from '../core/ports/clock.ts';
import type { AddressOrigin, Fetcher } from '../core/ports/fetcher.ts';
import { openTrust } from './trust.ts';

/** Where chains, OCSP responses and CRLs come from: files first, then the network. */
export async function openEvidence(
	configuration: Configuration,
	fetcher: Fetcher,
	origin: (signer: Certificate) => AddressOrigin,
): Promise<EvidenceSource> {
	const { EvidenceCollector } = await import('../core/pades/evidenceCollector.ts');
	const { DiskProofCache, proofCacheFolder } = await import('../core/pki/diskProofCache.ts');
	const { loadValidationData } = await import('../core/pki/validationData.ts');
	const { anchors } = await openTrust(configuration, fetcher);
	return new EvidenceCollector({
		fetcher,
		clock: systemClock,
		cache: new DiskProofCache(proofCacheFolder(process.env)),
		anchors,
		data: loadValidationData(configuration.get('validationData')),
		origin,
	});
}

/** Whether a timestamp authority is trusted, by the configured anchors. */
export async function openAuthorityTrust(configuration: Configuration, fetcher: Fetcher) {
	const { authorityTrust } = await import('../core/tsp/authorityTrust.ts');
	const { Certificate: X509 } = await import('../core/pki/certificate.ts');
	const { IssuerSearch } = await import('../core/pki/issuerSearch.ts');
	const { DiskProofCache, proofCacheFolder } = await import('../core/pki/diskProofCache.ts');
	const { loadValidationData } = await import('../core/pki/validationData.ts');
	const { anchors } = await openTrust(configuration, fetcher);
	return authorityTrust({
		anchors: anchors.map(({ certificate }) => X509.parse(certificate)),
		known: loadValidationData(configuration.get('validationData')).certificates,
		issuers: new IssuerSearch(fetcher, new DiskProofCache(proofCacheFolder(process.env))),
		clock: systemClock,
	});
}
