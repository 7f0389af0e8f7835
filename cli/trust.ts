import { dirname, join } from 'node:path';
import type { Configuration } from '../core/config/configuration.ts';
import { proofCacheFolder } from '../core/pki/diskProofCache.ts';
import { loadTrust, type Trust } from '../core/pki/trustedLists/trust.ts';
import { loadCertificates } from '../core/pki/validationData.ts';
import { systemClock } from '../core/ports/clock.ts';
import type { Fetcher } from '../core/ports/fetcher.ts';

/**
 * Whom the configuration and `--trust` say to trust. Trusted lists are fetched anew once a day, unless offline; what is
 * wrong with one is told and costs no more than what it says.
 *
 * @param tell a line for people.
 * @throws {CertificateError} @throws {TrustedListError} for what was named and cannot be used.
 */
export async function openTrust(
	configuration: Configuration,
	fetcher: Fetcher,
	tell: (line: string) => void = toStandardError,
): Promise<Trust> {
	const lotl = configuration.get('trustedLists.lotl');
	const signers = configuration.get('trustedLists.signers');
	const folder =
		configuration.get('trustedLists.folder') ??
		(lotl === undefined ? undefined : join(dirname(proofCacheFolder(process.env)), 'trusted-lists'));
	if (lotl !== undefined && folder !== undefined && !configuration.get('network.offline')) {
		const { isRefreshDue, refreshTrustedLists } = await import('../core/pki/trustedLists/refreshTrustedLists.ts');
		if (await isRefreshDue(folder, systemClock)) {
			const certificates = signers.flatMap(loadCertificates);
			const options = { lotl, signers: certificates, folder, fetcher, clock: systemClock };
			const { refused } = await refreshTrustedLists(options);
			for (const { error } of refused) tell(`${error.message}\n  ${error.hint}`);
		}
	}
	const trust = await loadTrust({ trust: configuration.get('trust'), signers, folder });
	for (const { error } of trust.refused) tell(`${error.message}\n  ${error.hint}`);
	for (const { source } of trust.lists?.overdue(systemClock.now()) ?? [])
		tell(`${source}: this trusted list ought to have been replaced by now; it may be out of date`);
	return trust;
}

const toStandardError = (line: string): void => {
	process.stderr.write(`${line}\n`);
};
