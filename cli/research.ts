import type { Configuration } from '../core/config/configuration.ts';
import type { PathResearch } from '../core/pki/pathResearch.ts';
import { openFetcher } from './workplace.ts';

/** Looks up what a file does not say of its certificates: in the cache, and in the network unless that is off. */
export async function openResearch(configuration: Configuration): Promise<PathResearch> {
	const { PathResearch: Research } = await import('../core/pki/pathResearch.ts');
	const { DiskProofCache, proofCacheFolder } = await import('../core/pki/diskProofCache.ts');
	return new Research(await openFetcher(configuration), new DiskProofCache(proofCacheFolder(process.env)));
}
