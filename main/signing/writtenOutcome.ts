import type { FileOutcome } from '../../core/pades/fileOutcome.ts';

/** An outcome with a file to show for it. */
export type WrittenOutcome = FileOutcome & { readonly out: string };

/** @throws what kept the file from being written, or an `AbortError` where the person did not want it any more. */
export function written(outcome: FileOutcome | undefined): WrittenOutcome {
	if (outcome?.out !== undefined) return { ...outcome, out: outcome.out };
	if (outcome?.error) throw outcome.error;
	throw new DOMException('cancelled', 'AbortError');
}
