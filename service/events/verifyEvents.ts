import { type CheckpointVerdict, verifyCheckpoint } from '../../core/evidence/checkpoint.ts';
import { type ChainReport, verifyChain } from '../../core/evidence/verifyChain.ts';
import type { Certificate } from '../../core/pki/certificate.ts';
import type { ServiceDatabase } from '../db/serviceDatabase.ts';
import type { Tenant } from '../keys/tenant.ts';
import { chainStart, checkpointsOf } from './checkpoints.ts';
import type { EventLog } from './eventLog.ts';

export interface EventReport extends ChainReport {
	readonly checkpoints: readonly { readonly seq: number; readonly verdict: CheckpointVerdict }[];
	/** The chain and every checkpoint hold. One that no trusted authority stamped is no break. */
	readonly ok: boolean;
}

/** Walks a tenant's chain from where it begins to the head that the other database names, and checks every checkpoint. */
export async function verifyEvents(
	database: ServiceDatabase,
	log: EventLog,
	tenant: Tenant,
	anchors: readonly Certificate[],
): Promise<EventReport> {
	// First the head: what is recorded while this walks comes after it.
	const head = await log.head(tenant);
	const start = await chainStart(database, tenant);
	const checkpoints = await checkpointsOf(database, tenant);
	const report = await verifyChain(log.walk(tenant, start.seq + 1), {
		tenant: tenant.id,
		start,
		through: [...checkpoints.filter(({ seq }) => seq > start.seq), ...(head.seq > start.seq ? [head] : [])],
	});
	const verdicts = checkpoints.map((checkpoint) => ({
		seq: checkpoint.seq,
		verdict: verifyCheckpoint(tenant.id, checkpoint, anchors),
	}));
	const ok = report.brokenAt === undefined && verdicts.every(({ verdict }) => verdict.state !== 'broken');
	return { ...report, checkpoints: verdicts, ok };
}
