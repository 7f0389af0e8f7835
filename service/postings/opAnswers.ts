/** The answers that ops got: whoever sends one again gets the same. */
import { createHash } from 'node:crypto';
import { canonicalJson } from '../../core/evidence/canonicalJson.ts';
import { type Op, type OpResult, opResult } from '../../core/postings/protocol/ops.ts';
import type { Main, MainTransaction } from '../db/serviceDatabase.ts';
import type { Tenant } from '../keys/tenant.ts';
import { OpError } from './opError.ts';

/**
 * @returns undefined for an op that was not answered yet.
 * @throws {OpError} `op-reused` where another op, or another person's, was answered under that id.
 */
export async function answerTo(
	db: Main | MainTransaction,
	tenant: Tenant,
	person: string,
	op: Op,
): Promise<OpResult | undefined> {
	const row = await db
		.selectFrom('opResult')
		.selectAll()
		.where('tenant', '=', tenant.id)
		.where('opId', '=', op.opId)
		.executeTakeFirst();
	if (row === undefined) return undefined;
	if (row.person !== person || row.requestHash !== hashOf(op))
		throw new OpError('op-reused', `the id ${op.opId} was used for something else`);
	return opResult.parse(tenant.columns.unseal(row.answerSealed, contextOf(op)));
}

/** Keeps the answer in the transaction that the op was applied in; a second one under the same id fails there. */
export async function keepAnswer(
	trx: MainTransaction,
	tenant: Tenant,
	person: string,
	{ op, result, now }: { readonly op: Op; readonly result: OpResult; readonly now: Date },
): Promise<void> {
	await trx
		.insertInto('opResult')
		.values({
			tenant: tenant.id,
			opId: op.opId,
			person,
			requestHash: hashOf(op),
			answerSealed: tenant.columns.seal(result, contextOf(op)),
			at: now.getTime(),
		})
		.execute();
}

const hashOf = (op: Op): string => createHash('sha256').update(canonicalJson(op)).digest('hex');
const contextOf = ({ opId }: Op): string => `op:answer:${opId}`;
