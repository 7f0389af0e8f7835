/** `POST /v1/ops`: the outbox of a device. */
import { z } from 'zod';
import { commandBodies, type PersonCommandType } from '../commands.ts';
import { type Immutable, opId, postingId } from '../identifiers.ts';
import { postingView } from './view.ts';

const opOf = <Type extends PersonCommandType>(type: Type) =>
	z.object({
		/** Made once for each thing the person did: sent again, it gets the answer it got. */
		opId,
		/** The posting; of one that is to be created, its id to be. */
		entity: postingId,
		/** The version that the person had before them; 0 for one that is to be created. */
		baseVersion: z.number().int().nonnegative(),
		type: z.literal(type),
		body: commandBodies[type],
	});

export const op = z.discriminatedUnion('type', [
	opOf('create'),
	opOf('edit'),
	opOf('activate'),
	opOf('cancel'),
	opOf('acceptDecline'),
	opOf('replace'),
	opOf('remind'),
	opOf('acknowledge'),
	opOf('open'),
	opOf('prepareSignature'),
	opOf('releaseLease'),
	opOf('submitSignature'),
	opOf('approve'),
	opOf('decline'),
	opOf('delegate'),
	opOf('release'),
]);
export type Op = Immutable<z.infer<typeof op>>;

/** Commands that replace what another device may have changed meanwhile; the others have rules of their own for that. */
export const needsPresentVersion: ReadonlySet<PersonCommandType> = new Set(['edit', 'activate']);

/** Applied one after another, in this order; each for itself. */
export const opsRequest = z.object({ ops: z.array(op).min(1).max(100) });

export const opResult = z.discriminatedUnion('status', [
	z.object({ opId, status: z.literal('applied'), version: z.number().int().positive() }),
	/** `baseVersion` is not the present one: here is what is. A new op decides anew. */
	z.object({ opId, status: z.literal('conflict'), current: postingView.nullable() }),
	/** A rule refused; the code names it. */
	z.object({ opId, status: z.literal('rejected'), code: z.string(), message: z.string(), hint: z.string() }),
]);
export type OpResult = Immutable<z.infer<typeof opResult>>;

/** One for each op, in the order of the request. */
export const opsResponse = z.object({ results: z.array(opResult) });
export type OpsResponse = Immutable<z.infer<typeof opsResponse>>;
