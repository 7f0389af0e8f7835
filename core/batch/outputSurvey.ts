/** Whether the outputs of many files can be written, all of them together, found before the first signature. */
import { checkOutput } from '../pades/outputFile.ts';
import { SigningError } from '../pades/signingError.ts';
import { DiskSpace } from './diskSpace.ts';
import { type Clash, outputClashes } from './outputClashes.ts';
import type { BatchItem } from './signBatch.ts';

export type PlannedOutput = Pick<BatchItem, 'file' | 'out' | 'overwrite'>;

/** Nothing is written by it. Files are asked for in their order. */
export class OutputSurvey {
	readonly #items: readonly PlannedOutput[];
	readonly #clashes: ReadonlyMap<number, Clash>;
	readonly #disks = new DiskSpace();

	constructor(items: readonly PlannedOutput[]) {
		this.#items = items;
		this.#clashes = outputClashes(items);
	}

	/** @throws {SigningError} `output-clash`, `output-exists`, `output-is-input`, `disk-full`; system errors for its folder. */
	check(index: number): void {
		const item = this.#items[index];
		if (!item) throw new RangeError(`there is no file ${index}`);
		const clash = this.#clashes.get(index);
		if (clash) throw clashError(item, clash);
		checkOutput(item.file, item.out, item.overwrite, 0);
	}

	/**
	 * Takes the room of the output of a file that can be signed.
	 *
	 * @throws {SigningError} `disk-full` when those before have not left enough.
	 */
	take(index: number, bytes: number): void {
		const item = this.#items[index];
		if (item) this.#disks.take(item.out, bytes);
	}
}

function clashError({ file, out }: PlannedOutput, clash: Clash): SigningError {
	const what =
		clash.kind === 'same-output'
			? `${clash.with} and ${file} would both become ${out}`
			: `${file} would replace the input ${clash.with}`;
	return new SigningError('output-clash', what, { subject: out });
}
