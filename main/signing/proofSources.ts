import type { Configuration } from '../../core/config/configuration.ts';
import { HttpFetcher } from '../../core/net/httpFetcher.ts';
import { OfflineFetcher } from '../../core/net/offlineFetcher.ts';
import type { EvidenceSource } from '../../core/pades/completeDraft.ts';
import { EvidenceCollector } from '../../core/pades/evidenceCollector.ts';
import { Certificate } from '../../core/pki/certificate.ts';
import { DiskProofCache, proofCacheFolder } from '../../core/pki/diskProofCache.ts';
import { IssuerSearch } from '../../core/pki/issuerSearch.ts';
import { loadValidationData } from '../../core/pki/validationData.ts';
import { systemClock } from '../../core/ports/clock.ts';
import type { AddressOrigin, Fetcher } from '../../core/ports/fetcher.ts';
import type { TrustAnchor } from '../../core/ports/trustSource.ts';
import { authorityTrust } from '../../core/tsp/authorityTrust.ts';
import { TsaClient } from '../../core/tsp/tsaClient.ts';
import { withSecrets } from './timestampServers.ts';

/** Where timestamps and validation data come from, as the settings are now; made for one signature or check. */
export interface ProofSources {
	readonly offline: boolean;
	readonly fetcher: Fetcher;
	/** Undefined where no authority is configured. */
	readonly supply: TsaClient | undefined;
	readonly evidence: EvidenceSource;
}

/**
 * @param origin who wrote the addresses in the chain of a signer's certificate.
 * @throws {ConfigError}, {CertificateError}
 */
export function openProofSources(
	configuration: Configuration,
	anchors: readonly TrustAnchor[],
	env: NodeJS.ProcessEnv,
	origin: (signer: Certificate) => AddressOrigin,
): ProofSources {
	const offline = configuration.get('network.offline');
	const fetcher = openFetcher(networkUse(configuration));
	const authorities = configuration.get('tsa').map((server) => withSecrets(server, env));
	const data = loadValidationData(configuration.get('validationData'));
	const cache = new DiskProofCache(proofCacheFolder(env));
	const isTrusted = authorityTrust({
		anchors: anchors.map(({ certificate }) => Certificate.parse(certificate)),
		known: data.certificates,
		issuers: new IssuerSearch(fetcher, cache),
		clock: systemClock,
	});
	return {
		offline,
		fetcher,
		supply:
			authorities.length === 0 ? undefined : new TsaClient({ authorities, fetcher, clock: systemClock, isTrusted }),
		evidence: new EvidenceCollector({ fetcher, clock: systemClock, cache, anchors, data, origin }),
	};
}

/** What the configuration says about the network, as plain data. */
export interface NetworkUse {
	readonly offline: boolean;
	readonly allowLocal: boolean;
	readonly proxy: string | undefined;
}

export function networkUse(configuration: Configuration): NetworkUse {
	return {
		offline: configuration.get('network.offline'),
		allowLocal: configuration.get('network.allowLocal'),
		proxy: configuration.get('network.proxy'),
	};
}

export function openFetcher({ offline, allowLocal, proxy }: NetworkUse): Fetcher {
	return offline ? new OfflineFetcher() : new HttpFetcher({ allowLocal, proxy });
}

/** The same fetcher, with its open connections, for as long as the network's settings stay as they are. */
export function keptFetcher(use: () => NetworkUse): () => Fetcher {
	let kept: { readonly use: string; readonly fetcher: Fetcher } | undefined;
	return () => {
		const now = use();
		const text = JSON.stringify(now);
		if (kept?.use !== text) kept = { use: text, fetcher: openFetcher(now) };
		return kept.fetcher;
	};
}
