/** The way from a configured signer to that of the present list of lists, by lists of lists of the past (TS 119 615 §4.1). */
import type { Fetcher } from '../../ports/fetcher.ts';
import { download } from '../download.ts';
import type { SignerCircle } from './signerCircle.ts';
import { pivotAddresses, type TrustedList } from './trustedList.ts';
import { TrustedListError } from './trustedListError.ts';

/** A scheme changes its key every few years; a list that names more is not followed. */
const mostPivots = 16;

export interface Pivot {
	readonly bytes: Uint8Array;
	readonly list: TrustedList;
}

export interface ClimbOptions {
	/** Address of the list of lists, which is configured. */
	readonly lotl: string;
	readonly fetcher: Fetcher;
	readonly signal?: AbortSignal | undefined;
}

/**
 * Fetches the pivots that a list of lists names, from the newest back to one whose signer is known, and learns from each on
 * the way forth.
 *
 * @param bytes of the list of lists, not yet verified: it only says where to look.
 * @throws {TrustedListError} `list-signer-unknown` where none of them was signed by somebody known.
 */
export async function climbPivots(
	bytes: Uint8Array,
	circle: SignerCircle,
	options: ClimbOptions,
): Promise<readonly Pivot[]> {
	const pending: Uint8Array[] = [];
	for (const url of pivotAddresses(bytes).slice(0, mostPivots)) {
		const pivot = await fetchPivot(url, options);
		pending.push(pivot);
		if (isKnown(pivot, circle)) return pending.toReversed().map((next) => learnFrom(next, circle));
	}
	throw new TrustedListError('list-signer-unknown', 'no earlier list of lists leads from a known signer to this one');
}

function learnFrom(bytes: Uint8Array, circle: SignerCircle): Pivot {
	const list = circle.read(bytes);
	if (!list.isListOfLists) throw new TrustedListError('list-malformed', 'a pivot is no list of lists');
	circle.learn(list);
	return { bytes, list };
}

function isKnown(bytes: Uint8Array, circle: SignerCircle): boolean {
	try {
		circle.read(bytes);
		return true;
	} catch (error) {
		if (error instanceof TrustedListError && error.code === 'list-signer-unknown') return false;
		throw error;
	}
}

function fetchPivot(url: string, { lotl, fetcher, signal }: ClimbOptions): Promise<Uint8Array> {
	// Nobody has vouched for these addresses yet: beyond the configured server they are a stranger's.
	const origin = URL.canParse(url) && new URL(url).origin === new URL(lotl).origin ? 'configured' : 'stranger';
	return download(fetcher, { url, method: 'GET', origin, timeout: 60_000, maximumSize: 64 * 1024 * 1024, signal });
}
