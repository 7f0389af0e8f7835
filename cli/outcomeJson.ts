import type { FileOutcome } from '../core/pades/fileOutcome.ts';
import { shapeError } from './errors.ts';

/** The JSON line of one file. */
export function outcomeJson(outcome: FileOutcome): object {
	const { file, out, outcome: what, ok, requested, level, pending, field, signer, ms, warnings, error } = outcome;
	return {
		file,
		out: out ?? null,
		outcome: what,
		ok,
		requested,
		level: level ?? null,
		pending,
		field: field ?? null,
		signer: signer ?? null,
		ms: ms ?? { total: 0, hash: 0, token: 0, tsa: 0, revocation: 0 },
		warnings,
		error: error === undefined ? null : shapeError(error),
	};
}
