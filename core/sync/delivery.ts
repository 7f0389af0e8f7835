import type { ParaphError } from '../ports/errors.ts';
import { NetworkError } from '../ports/fetcher.ts';
import { opsResponse } from '../postings/protocol/ops.ts';
import type { LocalStore } from '../store/localStore.ts';
import { upload } from './blobTransfer.ts';
import type { Connection } from './connection.ts';
import type { Outbox, QueuedOp } from './outbox.ts';
import { ServiceError, unreadable } from './serviceError.ts';

/** As many as the protocol takes at once. */
const MOST_AT_ONCE = 100;

/**
 * Sends what waits in the outbox: of each posting one command after the other, blobs before the command that names them.
 *
 * Whatever happens in between, nothing is lost and nothing happens twice: a command leaves the outbox when its answer has
 * come, and one that is sent again is answered as it was.
 *
 * @throws {NetworkError} when the service cannot be reached; what was answered before is done.
 * @throws {ServiceError} `login-needed`, or when the service is out of order.
 */
export async function deliver(
	connection: Connection,
	store: LocalStore,
	outbox: Outbox,
	signal?: AbortSignal,
): Promise<void> {
	for (;;) {
		const ready: QueuedOp[] = [];
		for (const one of outbox.next().slice(0, MOST_AT_ONCE)) {
			if (await uploaded(connection, store, outbox, one, signal)) ready.push(one);
		}
		if (ready.length === 0) {
			if (outbox.next().length === 0) return;
			continue;
		}
		await send(connection, outbox, ready, signal);
	}
}

/** @returns whether all that the command names is with the service; where it refuses a blob, the command is in trouble. */
async function uploaded(
	connection: Connection,
	store: LocalStore,
	outbox: Outbox,
	{ op, uploads }: QueuedOp,
	signal: AbortSignal | undefined,
): Promise<boolean> {
	for (const { sha256, document, kind } of uploads) {
		try {
			await upload(connection, store, sha256, { metadata: { posting: op.entity, document, kind }, signal });
		} catch (error) {
			if (!isRefusal(error)) throw error;
			outbox.trouble(op.opId, { kind: 'rejected', ...said(error) });
			return false;
		}
	}
	return true;
}

async function send(
	connection: Connection,
	outbox: Outbox,
	ready: readonly QueuedOp[],
	signal: AbortSignal | undefined,
): Promise<void> {
	try {
		const { results } = await connection.read(
			{ method: 'POST', path: '/v1/ops', json: { ops: ready.map(({ op }) => op) }, signal },
			opsResponse,
		);
		const answers = new Map(results.map((result) => [result.opId, result]));
		for (const { op } of ready) {
			const result = answers.get(op.opId);
			if (!result) throw unreadable(connection.service, `no answer to ${op.opId}`);
			outbox.answered(result);
		}
	} catch (error) {
		if (!isRefusal(error)) throw error;
		const [first, ...others] = ready;
		if (!first) return;
		// One that the service cannot read holds up the others: each by itself tells which.
		if (others.length > 0) for (const one of ready) await send(connection, outbox, [one], signal);
		else outbox.trouble(first.op.opId, { kind: 'rejected', ...said(error) });
	}
}

/** Whether the service will say the same to the same again: other than an ended session, being busy, or a fault of its own. */
const isRefusal = (error: unknown): error is ServiceError =>
	error instanceof ServiceError &&
	error.status !== 401 &&
	error.status !== 408 &&
	error.status !== 425 &&
	error.status !== 429 &&
	error.status < 500 &&
	(error.status >= 400 || error.code === 'blob-missing');

const said = ({ code, message, hint }: ParaphError) => ({ code, message, hint });

/** Whether the way to the service is at fault, and waiting helps. */
export const isUnreachable = (error: unknown): boolean =>
	(error instanceof NetworkError && error.code !== 'cancelled') ||
	(error instanceof ServiceError && (error.status >= 500 || error.status === 429 || error.status === 408));
