import type { PathResearch } from '../core/pki/pathResearch.ts';
import type { Fetcher } from '../core/ports/fetcher.ts';

/** Looks up what a file does not say of its certificates: in the cache, and in the network unless that is off. */
export async function openResearch(fetcher: Fetcher): Promise<PathResearch> {
	const { PathResearch: Research } = await import('../core/pki/pathResearch.ts');
	const { DiskProofCache, proofCacheFolder } = await import('../core/pki/diskProofCache.ts');
	return new Research(fetcher, new DiskProofCache(proofCacheFolder(process.env)));
}
