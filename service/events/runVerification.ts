import { Certificate } from '../../core/pki/certificate.ts';
import { loadTrustAnchors } from '../../core/pki/validationData.ts';
import type { ServiceConfig } from '../config/configuration.ts';
import { below } from '../config/configuration.ts';
import { databaseSettings } from '../config/databaseSettings.ts';
import { ServiceDatabase } from '../db/serviceDatabase.ts';
import { openTenants } from '../tenants.ts';
import { EventLog } from './eventLog.ts';
import { type EventReport, verifyEvents } from './verifyEvents.ts';

/** Verifies the events of every tenant of a service. @param trust paths of further anchors. */
export async function runVerification(
	config: ServiceConfig,
	env: NodeJS.ProcessEnv,
	trust: readonly string[],
): Promise<readonly { readonly tenant: string; readonly report: EventReport }[]> {
	const paths = [...config.validation.trust.map((path) => below(config, path)), ...trust];
	const anchors = loadTrustAnchors(paths).map(({ certificate }) => Certificate.parse(certificate));
	await using database = await ServiceDatabase.open(databaseSettings(config, env));
	const tenants = await openTenants(config, database, env);
	try {
		const log = new EventLog(database);
		const reports = [];
		for (const tenant of tenants)
			reports.push({ tenant: tenant.name, report: await verifyEvents(database, log, tenant, anchors) });
		return reports;
	} finally {
		await tenants.close();
	}
}
