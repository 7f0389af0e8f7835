/**
 * Trusted lists from files: put there by people for rooms without network, or by `refreshTrustedLists`. Nothing is believed for lying there: each list is verified whenever it is read.
 */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { Certificate } from '../certificate.ts';
import { SignerCircle } from './signerCircle.ts';
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
	return { lists: new TrustedLists(kept.filter(isCurrent)), refused };
}

/** Lists of lists of the past lead to the present one and say nothing themselves. */
const isCurrent = ({ list }: KeptList, _index: number, all: readonly KeptList[]): boolean =>
	!list.isListOfLists ||
	!all.some(
		({ list: other }) =>
			other.isListOfLists && other.territory === list.territory && other.sequenceNumber > list.sequenceNumber,
	);

const isSignerUnknown = ({ code }: TrustedListError): boolean => code === 'list-signer-unknown';

/** Pivots before what they lead to, by their numbers; the lists of territories last. */
const listsOfListsFirst = (a: string, b: string): number => {
	const rank = (path: string): number => (/pivot/i.test(basename(path)) ? 0 : /lotl/i.test(basename(path)) ? 1 : 2);
	return rank(a) - rank(b) || basename(a).localeCompare(basename(b), 'en', { numeric: true });
};

function readBytes(path: string): Uint8Array {
	try {
		return readFileSync(path);
	} catch (cause) {
		throw new TrustedListError('list-malformed', `${path} cannot be read`, { subject: path, cause });
	}
}
