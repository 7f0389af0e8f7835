/**
 * Trusted lists from files: put there by people for rooms without network, or by `refreshTrustedLists`. Nothing is believed for lying there: each list is verified whenever it is read.
 */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { Certificate } from '../certificate.ts';
import { readTrustedList, type TrustedList } from './trustedList.ts';
import { TrustedListError } from './trustedListError.ts';
import { type KeptList, TrustedLists } from './trustedLists.ts';

/** A list that was not taken, and why. */
export interface RefusedList {
	readonly source: string;
	readonly error: TrustedListError;
}

export interface LoadedLists {
	readonly lists: TrustedLists;
	readonly refused: readonly RefusedList[];
}

/**
 * Reads lists from files.
 *
 * @param signers whose lists are taken. A list of lists signed by one of them names who signs the list of each territory.
 */
export function loadTrustedLists(paths: readonly string[], signers: readonly Certificate[]): LoadedLists {
	const circle = new SignerCircle(signers);
	const kept: KeptList[] = [];
	let waiting = [...paths].sort(listsOfListsFirst);
	let refused: RefusedList[] = [];
	// A list of lists under another name may come late; then those before it are tried once more.
	for (let known = -1; known < circle.listsOfLists && waiting.length > 0; ) {
		known = circle.listsOfLists;
		refused = [];
		for (const source of waiting) {
			try {
				const list = circle.read(readBytes(source));
				circle.learn(list);
				kept.push({ list, source });
			} catch (error) {
				if (!(error instanceof TrustedListError)) throw error;
				refused.push({ source, error: error.about(source) });
			}
		}
		waiting = refused.filter(({ error }) => isSignerUnknown(error)).map(({ source }) => source);
	}
	return { lists: new TrustedLists(kept), refused };
}

/** Who may sign what: the configured signers any list, those a list of lists names the lists of their territories. */
export class SignerCircle {
	readonly #configured: readonly Certificate[];
	readonly #byTerritory = new Map<string, Certificate[]>();
	#listsOfLists = 0;

	constructor(configured: readonly Certificate[]) {
		this.#configured = configured;
	}

	/** How many it learnt from. */
	get listsOfLists(): number {
		return this.#listsOfLists;
	}

	/** Verifies and reads a list. @throws {TrustedListError} */
	read(bytes: Uint8Array): TrustedList {
		const list = readTrustedList(bytes, [...this.#configured, ...[...this.#byTerritory.values()].flat()]);
		const isConfigured = this.#configured.some((signer) => signer.equals(list.signer));
		if (!isConfigured && !this.#maySign(list)) {
			const message = `${list.signer.subject.displayName} signs lists of other territories than ${list.territory}`;
			throw new TrustedListError('list-signer-unknown', message);
		}
		return list;
	}

	/** From now on the signers that a list of lists names may sign the lists of their territories. */
	learn({ isListOfLists: namesSigners, pointers }: TrustedList): void {
		if (!namesSigners) return;
		this.#listsOfLists++;
		for (const { territory, isListOfLists, signers } of pointers)
			if (!isListOfLists) this.#byTerritory.set(territory, [...(this.#byTerritory.get(territory) ?? []), ...signers]);
	}

	#maySign({ territory, signer, isListOfLists }: TrustedList): boolean {
		return !isListOfLists && (this.#byTerritory.get(territory)?.some((named) => named.equals(signer)) ?? false);
	}
}

const isSignerUnknown = ({ code }: TrustedListError): boolean => code === 'list-signer-unknown';

const listsOfListsFirst = (a: string, b: string): number =>
	Number(/lotl/i.test(basename(b))) - Number(/lotl/i.test(basename(a)));

function readBytes(path: string): Uint8Array {
	try {
		return readFileSync(path);
	} catch (cause) {
		throw new TrustedListError('list-malformed', `${path} cannot be read`, { subject: path, cause });
	}
}
