/** Brings the files of a batch together for a key whose holder has several signatures authorised at once. */
import type { SigningAlgorithm } from '../ports/algorithms.ts';
import type { Signer, SignerGroups } from '../ports/signer.ts';
import { SignerWith } from './signerWith.ts';

/** One file's share in the groups. */
export interface Turn {
	/** The run's signer; where it signs in groups, its `sign` waits until the file's group is whole. */
	readonly signer: Signer;
	/** Said when the file will not ask for a signature any more, whether it has done so or not. */
	end(): void;
}

interface Waiting {
	readonly message: Uint8Array;
	readonly algorithm: SigningAlgorithm;
	readonly signal: AbortSignal | undefined;
	readonly settle: PromiseWithResolvers<Uint8Array>;
}

/**
 * Opens a group when it is as large as it may be, or when no file is left that could still join it. At least as many
 * files as a group holds have to be under way at the same time, or the last of them would wait for ever.
 */
export class SigningGroups {
	readonly #signer: Signer;
	readonly #groups: SignerGroups | undefined;
	/** Files that have not asked yet. */
	#expected: number;
	#waiting: Waiting[] = [];

	/** @param files how many files there are, each of which takes one turn. */
	constructor(signer: Signer, files: number) {
		this.#signer = signer;
		this.#groups = signer.groups;
		this.#expected = files;
	}

	/** How many files have to be under way at the same time. */
	get size(): number {
		return this.#groups?.size ?? 1;
	}

	turn(): Turn {
		const signer = this.#signer;
		const groups = this.#groups;
		if (groups === undefined) return { signer, end: () => {} };
		let isExpected = true;
		const arrive = (): void => {
			if (isExpected) this.#expected--;
			isExpected = false;
		};
		const end = (): void => {
			arrive();
			this.#openIfWhole(groups);
		};
		const sign: Signer['sign'] = (message, algorithm, signal) => {
			arrive();
			const settle = Promise.withResolvers<Uint8Array>();
			this.#waiting.push({ message, algorithm, signal, settle });
			this.#openIfWhole(groups);
			return settle.promise;
		};
		return { signer: new SignerWith(signer, sign), end };
	}

	#openIfWhole(groups: SignerGroups): void {
		if (this.#waiting.length === 0) return;
		if (this.#waiting.length < groups.size && this.#expected > 0) return;
		const group = this.#waiting.splice(0);
		for (const alike of byAlgorithm(group)) void signTogether(groups, alike);
	}
}

/** One authorisation is for one algorithm; a file may ask for another digest than the rest. */
function byAlgorithm(group: readonly Waiting[]): readonly (readonly Waiting[])[] {
	return [...Map.groupBy(group, ({ algorithm }) => JSON.stringify(algorithm)).values()];
}

async function signTogether(groups: SignerGroups, members: readonly Waiting[]): Promise<void> {
	const [first] = members;
	if (first === undefined) return;
	const messages = members.map(({ message }) => message);
	try {
		const values = await groups.sign(messages, first.algorithm, first.signal);
		for (const [index, { settle }] of members.entries()) {
			const value = values[index];
			if (value instanceof Uint8Array) settle.resolve(value);
			else settle.reject(value ?? new TypeError('a signer gave fewer values than it was asked for'));
		}
	} catch (error) {
		for (const { settle } of members) settle.reject(error);
	}
}
