import type { Configuration } from '../core/config/configuration.ts';
import { type CurrentTrust, currentTrust, trustedListsFolder } from '../core/pki/trustedLists/currentTrust.ts';
import { systemClock } from '../core/ports/clock.ts';
import type { Fetcher } from '../core/ports/fetcher.ts';

/**
 * Whom the configuration and `--trust` say to trust.
 *
 * @param tell a line for people about a list that cannot be used or is out of date.
 * @throws {CertificateError} @throws {TrustedListError} for what was named and cannot be used.
 */
export async function openTrust(
	configuration: Configuration,
	fetcher: Fetcher,
	tell: (line: string) => void = toStandardError,
): Promise<CurrentTrust> {
	const setup = {
		trust: configuration.get('trust'),
		signers: configuration.get('trustedLists.signers'),
		lotl: configuration.get('trustedLists.lotl'),
		folder: configuration.get('trustedLists.folder') ?? trustedListsFolder(process.env),
	};
	const isOffline = configuration.get('network.offline');
	const trust = await currentTrust(setup, isOffline ? undefined : fetcher, systemClock);
	for (const { message, hint } of trust.problems) tell(`${message}\n  ${hint}`);
	for (const { source } of trust.lists?.overdue(systemClock.now()) ?? [])
		tell(`${source}: this trusted list ought to have been replaced by now; it may be out of date`);
	return trust;
}

const toStandardError = (line: string): void => {
	process.stderr.write(`${line}\n`);
};
