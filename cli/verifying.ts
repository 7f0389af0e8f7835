/** `paraph sign --verify`: every output is read again and judged, as `paraph verify` would. */
import type { BatchItem } from '../core/batch/signBatch.ts';
import { verifyOutput } from '../core/batch/verifyOutput.ts';
import type { Configuration } from '../core/config/configuration.ts';
import type { FileOutcome } from '../core/pades/fileOutcome.ts';
import { loadValidationData } from '../core/pki/validationData.ts';
import { ParaphError } from '../core/ports/errors.ts';
import type { Fetcher } from '../core/ports/fetcher.ts';
import { EvidenceReader } from '../core/validation/facts/evidenceReader.ts';
import type { DocumentVerdict } from '../core/validation/verdict/verdict.ts';
import type { VerifyOptions } from '../core/validation/verifyDocument.ts';
import type { Io } from './command.ts';
import { openResearch } from './research.ts';
import { openTrust } from './trust.ts';

/** What is to know of an outcome. */
export type Told = (outcome: FileOutcome, verified: DocumentVerdict['indication'] | undefined) => void;

/** What was written does not hold. */
class OutputInvalid extends ParaphError {
	readonly code = 'output-invalid';

	constructor(out: string) {
		super(`${out}: the signature does not hold`, {
			hint: 'Look at it with `paraph verify`; do not pass it on.',
			subject: out,
		});
	}
}

/** Judges outputs one after another, while others are still being signed. */
export class Verifying {
	readonly #options: Omit<VerifyOptions, 'time'>;
	#last: Promise<void> = Promise.resolve();

	constructor(options: Omit<VerifyOptions, 'time'>) {
		this.#options = options;
	}

	/** Tells the outcome, with what the output is worth, when it is known. */
	after(outcome: FileOutcome, item: BatchItem, tell: Told): void {
		this.#last = this.#last.then(async () => {
			if (outcome.out === undefined) return tell(outcome, undefined);
			try {
				const content = item.detached ? item.file : undefined;
				const options = { ...this.#options, time: new Date(), password: item.password };
				const { indication } = await verifyOutput(outcome.out, content, options);
				const failed = indication === 'TOTAL-FAILED' || indication === 'NO-SIGNATURE';
				tell(failed ? { ...outcome, ok: false, error: new OutputInvalid(outcome.out) } : outcome, indication);
			} catch (error) {
				tell({ ...outcome, ok: false, error }, undefined);
			}
		});
	}

	/** Resolves when all is told. */
	finished(): Promise<void> {
		return this.#last;
	}
}

export async function openVerifying(configuration: Configuration, fetcher: Fetcher, io: Io): Promise<Verifying> {
	const { anchors, lists } = await openTrust(configuration, fetcher);
	return new Verifying({
		anchors,
		trustedLists: lists,
		data: loadValidationData(configuration.get('validationData')),
		research: await openResearch(fetcher),
		reader: new EvidenceReader(),
		signal: io.signal,
	});
}
