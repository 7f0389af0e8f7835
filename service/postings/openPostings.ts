/** Everything about postings that has a life, made from the configuration. */
import { HttpFetcher } from '../../core/net/httpFetcher.ts';
import { EvidenceCollector } from '../../core/pades/evidenceCollector.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { TrustAnchor } from '../../core/ports/trustSource.ts';
import { TsaClient } from '../../core/tsp/tsaClient.ts';
import { Blobs } from '../blobs/blobs.ts';
import type { ObjectStore } from '../blobs/objectStore.ts';
import type { Uploads } from '../blobs/uploads.ts';
import type { ServiceConfig } from '../config/configuration.ts';
import type { ServiceDatabase } from '../db/serviceDatabase.ts';
import type { EventLog } from '../events/eventLog.ts';
import type { Logger } from '../logging.ts';
import type { Recorder } from '../recorder.ts';
import { PostingClock } from './clock.ts';
import { ServicePostings } from './desk.ts';
import { DocumentReader } from './documentReader.ts';
import { openSealingKey } from './openSealingKey.ts';
import { PostingRows } from './postingRows.ts';
import { Sealer } from './sealer.ts';

export interface PostingsParts {
	readonly config: ServiceConfig;
	readonly env: NodeJS.ProcessEnv;
	readonly clock: Clock;
	readonly database: ServiceDatabase;
	readonly store: ObjectStore;
	readonly uploads: Uploads;
	readonly events: EventLog;
	readonly recorder: Recorder;
	/** Of `validation.trust`. */
	readonly anchors: readonly TrustAnchor[];
	readonly logger: Logger;
}

export interface OpenPostings {
	readonly desk: ServicePostings;
	/** To be run again and again, under a lease. */
	readonly postingClock: PostingClock;
	close(): Promise<void>;
}

/** @throws {TokenError} {ConfigError} where the sealing key is not to be had as configured. */
export async function openPostings(parts: PostingsParts): Promise<OpenPostings> {
	const { config, env, clock, database, store, uploads, events, recorder, anchors, logger } = parts;
	const { allowLocal, offline } = config.validation;
	const { signer, isOwn } = await openSealingKey(config, env, clock.now());
	if (isOwn)
		logger.warn('receipts are sealed with a key of the service’s own making: see sealing in the configuration');
	const fetcher = new HttpFetcher({ allowLocal });
	const reader = new DocumentReader();
	const blobs = new Blobs(store);
	const rows = new PostingRows(database.dialect);
	const trust = { anchors, allowLocal, offline };
	const desk = new ServicePostings({
		main: database.main,
		blobs,
		uploads,
		reader,
		trust,
		clock,
		recorder,
		events,
		rows,
	});
	const authorities = config.timestamps.map((url) => ({ url }));
	const data = { certificates: [], crls: [], ocspResponses: [] };
	const sealer = new Sealer({
		signer,
		clock,
		tsa: authorities.length === 0 ? undefined : new TsaClient({ authorities, fetcher, clock }),
		evidence: isOwn
			? undefined
			: new EvidenceCollector({ fetcher, clock, anchors, data, origin: () => 'own-certificate' }),
	});
	const postingClock = new PostingClock({
		main: database.main,
		rows,
		blobs,
		recorder,
		events,
		clock,
		sealer,
		onFailure: (posting, err) => logger.error({ err, posting }, 'a posting could not be settled; tried again later'),
	});
	const close = async () => {
		await reader.close();
		await signer.close();
		await fetcher.close();
	};
	return { desk, postingClock, close };
}
