/** Everything that the service does by itself, and how often. */

import { administrationEvent } from '../auth/authEvents.ts';
import { runBackup } from '../backup/runBackup.ts';
import { scrub, sweep } from '../blobs/upkeep.ts';
import { below } from '../config/configuration.ts';
import { stampChain } from '../events/checkpoints.ts';
import type { PostingClock } from '../postings/clock.ts';
import type { ServiceParts } from '../serviceParts.ts';
import type { Job } from './jobRunner.ts';
import { forget } from './retention.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Read again in an hour: a month for half a terabyte. */
const SCRUBBED_HOURLY = 1024 ** 3;

export function serviceJobs(parts: ServiceParts, postingClock: PostingClock): readonly Job[] {
	const { config, env, clock, database, tenants, events, recorder, uploads, blobs, logger, metrics, postman, tsa } =
		parts;
	const upkeep = { main: database.main, blobs, tenants, clock };
	const jobs: Job[] = [
		{ name: 'mail', interval: 15 * SECOND, run: () => postman.deliver() },
		{ name: 'events', interval: MINUTE, run: () => events.settle() },
		{
			name: 'postings',
			interval: 10 * SECOND,
			// Receipts and bundles, reminders, expiry, destruction: whatever has come due.
			run: async (signal) => {
				for (const tenant of tenants) while (!signal.aborted && (await postingClock.run(tenant)) > 0);
			},
		},
		{
			name: 'uploads',
			interval: HOUR,
			run: async () => {
				const forgotten = await uploads.expire();
				if (forgotten > 0) logger.info({ forgotten }, 'uploads that nobody used');
			},
		},
		{
			name: 'scrub',
			interval: HOUR,
			run: async (signal) => {
				const damaged = await scrub(upkeep, SCRUBBED_HOURLY, signal);
				for (const { tenant: id, document, sha256 } of damaged) {
					logger.error({ document, sha256 }, 'a document in the store is damaged: restore it from a backup');
					const tenant = [...tenants].find((one) => one.id === id);
					const event = administrationEvent('blob.damaged', null, document, { sha256 });
					if (tenant !== undefined)
						await recorder.record(tenant, (recording) =>
							recording.events({ ...event, category: 'operation', entity: { kind: 'document', id: document } }),
						);
				}
				metrics.gauge('paraph_blobs_damaged', 'Found by the last check.', damaged.length);
			},
		},
		{
			name: 'sweep',
			interval: DAY,
			run: async (signal) => {
				const removed = await sweep(upkeep, signal);
				if (removed > 0) logger.info({ removed }, 'objects that nobody names');
			},
		},
		{
			name: 'retention',
			interval: DAY,
			run: () => forget(database, tenants, config.retention, clock.now()),
		},
	];
	const { backup } = config;
	if (backup !== undefined)
		jobs.push({
			name: 'backup',
			interval: DAY,
			run: async () => {
				const keyFile = below(config, backup.keyFile);
				const { report } = await runBackup({ config, env, target: backup.target, keyFile, now: clock.now() });
				const { rows, copied, missing } = report;
				logger.info({ rows, copied, missing: missing.length }, 'backed up');
			},
		});
	if (tsa !== undefined)
		jobs.push({
			name: 'timestamp',
			interval: DAY,
			run: async () => {
				for (const tenant of tenants) await stampChain(database, events, tenant, { tsa, now: clock.now() });
			},
		});
	return jobs;
}
