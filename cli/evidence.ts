import type { Configuration } from '../core/config/configuration.ts';
import type { EvidenceSource } from '../core/pades/completeDraft.ts';
import type { Fetcher } from '../core/ports/fetcher.ts';

/** Where chains, OCSP responses and CRLs come from. */
export async function openEvidence(_configuration: Configuration, _fetcher: Fetcher): Promise<EvidenceSource | undefined> {
	return undefined;
}
