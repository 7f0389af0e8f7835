/** Takes back what a room sealed: verified, laid out as it came, then brought to its level where it lies. */
import { join } from 'node:path';
import { type ExtendOptions, extendBatch } from '../batch/extendBatch.ts';
import { type FileOutcome, writtenOutcome } from '../pades/fileOutcome.ts';
import { isLevel, type Level } from '../pades/level.ts';
import type { Bundle } from './bundle.ts';
import type { Desk } from './desk.ts';
import { layOut } from './writeWhole.ts';

export interface ReturnRequest
	extends Pick<ExtendOptions, 'digest' | 'supply' | 'evidence' | 'offline' | 'signal' | 'onOutcome' | 'onProgress'> {
	readonly bundle: string;
	readonly outDir: string;
	/** Whether bundles before this one may be missing, for good. */
	readonly acceptLoss: boolean;
	/** Of documents that are encrypted. */
	readonly password: string | undefined;
	/** What the signatures are to become. @param packedFor what was said when the documents were packed. */
	readonly level: (packedFor: Level | undefined) => Level;
}

/** @throws {RoomError}, and then nothing was written. What only the network kept from its level is told as an outcome. */
export async function bringBack(desk: Desk, request: ReturnRequest): Promise<Bundle> {
	const { outDir, password, offline, onOutcome } = request;
	const bundle = await desk.takeBack(
		request.bundle,
		async (opened) => {
			await layOut(outDir, opened.documents);
			return opened;
		},
		request.acceptLoss,
	);
	const packedFor = bundle.level !== null && isLevel(bundle.level) ? bundle.level : undefined;
	const requested = request.level(packedFor);
	const outputs = bundle.documents.map(({ name }) => join(outDir, name));
	if (requested === 'b-b') {
		for (const file of outputs) onOutcome(asItCame({ file, requested, error: undefined }, offline));
		return bundle;
	}
	await extendBatch(
		outputs.map((file) => ({ file, out: file, overwrite: 'in-place' as const, password, content: undefined })),
		{
			work: { kind: 'extend', level: requested },
			digest: request.digest,
			supply: request.supply,
			evidence: request.evidence,
			offline,
			signal: request.signal,
			onOutcome: (outcome) => onOutcome(outcome.out === undefined ? asItCame(outcome, offline) : outcome),
			onProgress: request.onProgress,
		},
	);
	return bundle;
}

/** A document that is laid out, and got no proof yet. */
function asItCame(facts: { file: string; requested: Level; error: unknown }, offline: boolean): FileOutcome {
	const { file, requested, error } = facts;
	return writtenOutcome(
		{
			file,
			out: file,
			requested,
			level: 'b-b',
			field: undefined,
			signer: undefined,
			ms: undefined,
			warnings: [],
			error,
		},
		offline,
	);
}
