import { dirname, join } from 'node:path';
import type { Clock } from '../../ports/clock.ts';
import type { ParaphError } from '../../ports/errors.ts';
import type { Fetcher } from '../../ports/fetcher.ts';
import { proofCacheFolder } from '../diskProofCache.ts';
import { loadCertificates } from '../validationData.ts';
import { loadTrust, type Trust, type TrustPlaces } from './trust.ts';

export interface TrustSetup extends TrustPlaces {
	/** Address of the list of lists; undefined: lists are put into the folder by hand. */
	readonly lotl: string | undefined;
}

/** Trust as it is now, and what is wrong with a list: it costs no more than what that list would say. */
export type CurrentTrust = Omit<Trust, 'refused'> & { readonly problems: readonly ParaphError[] };

/** Where lists are kept when nobody says: beside what else can be fetched again. */
export const trustedListsFolder = (env: NodeJS.ProcessEnv): string =>
	join(dirname(proofCacheFolder(env)), 'trusted-lists');

/**
 * Loads whom to trust, after fetching the lists anew where a day has passed.
 *
 * @param fetcher undefined: nothing is fetched.
 * @throws {CertificateError} @throws {TrustedListError} for what was named and cannot be used.
 */
export async function currentTrust(
	setup: TrustSetup,
	fetcher: Fetcher | undefined,
	clock: Clock,
): Promise<CurrentTrust> {
	const problems = fetcher === undefined ? [] : await refresh(setup, fetcher, clock);
	const { refused, ...trust } = await loadTrust(setup);
	return { ...trust, problems: [...problems, ...refused.map(({ error }) => error)] };
}

async function refresh({ lotl, folder, signers }: TrustSetup, fetcher: Fetcher, clock: Clock) {
	if (lotl === undefined) return [];
	const { isRefreshDue, refreshTrustedLists } = await import('./refreshTrustedLists.ts');
	if (!(await isRefreshDue(folder, clock))) return [];
	const certificates = signers.flatMap(loadCertificates);
	const { refused } = await refreshTrustedLists({ lotl, signers: certificates, folder, fetcher, clock });
	return refused.map(({ error }) => error);
}
