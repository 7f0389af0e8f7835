import type { Clock } from '../core/ports/clock.ts';
import type { TrustAnchor } from '../core/ports/trustSource.ts';
import type { TsaClient } from '../core/tsp/tsaClient.ts';
import type { Metrics } from './api/metrics.ts';
import type { Blobs } from './blobs/blobs.ts';
import type { Uploads } from './blobs/uploads.ts';
import type { ServiceConfig } from './config/configuration.ts';
import type { ChangeSignal } from './db/changes.ts';
import type { ServiceDatabase } from './db/serviceDatabase.ts';
import type { EventLog } from './events/eventLog.ts';
import type { Logger } from './logging.ts';
import type { Postman } from './mail/postman.ts';
import type { PublicAddress } from './publicAddress.ts';
import type { Recorder } from './recorder.ts';
import type { Tenants } from './tenants.ts';

/** What a running instance is made of; what stands on it is made from these. */
export interface ServiceParts {
	readonly config: ServiceConfig;
	readonly env: NodeJS.ProcessEnv;
	readonly address: PublicAddress;
	readonly clock: Clock;
	readonly logger: Logger;
	readonly metrics: Metrics;
	readonly database: ServiceDatabase;
	readonly tenants: Tenants;
	readonly blobs: Blobs;
	readonly uploads: Uploads;
	readonly events: EventLog;
	readonly signal: ChangeSignal;
	readonly recorder: Recorder;
	readonly postman: Postman;
	/** Undefined where no timestamp authority is configured. */
	readonly tsa: TsaClient | undefined;
	/** Of submitted signatures, and of those who stamp. */
	readonly anchors: readonly TrustAnchor[];
}
