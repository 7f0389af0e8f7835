/** Fetches the list of lists and the lists it points to into a folder (TS 119 615 §4.1, §4.2). */
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../ports/clock.ts';
import { ParaphError } from '../../ports/errors.ts';
import type { Fetcher } from '../../ports/fetcher.ts';
import type { Certificate } from '../certificate.ts';
import { download } from '../download.ts';
import { climbPivots } from './pivots.ts';
import { SignerCircle } from './signerCircle.ts';
import type { ListPointer, TrustedList } from './trustedList.ts';
import { TrustedListError } from './trustedListError.ts';

export interface RefreshOptions {
	/** Address of the list of lists, or of a single list. */
	readonly lotl: string;
	readonly signers: readonly Certificate[];
	readonly folder: string;
	readonly fetcher: Fetcher;
	readonly clock: Clock;
	readonly signal?: AbortSignal | undefined;
}

export interface RefreshOutcome {
	/** Territories whose lists were fetched, `EU` for the list of lists. */
	readonly fetched: readonly string[];
	/** What could not be fetched or was not taken; what the folder held of it stays. */
	readonly refused: readonly { readonly source: string; readonly error: ParaphError }[];
}

const listMimeType = 'application/vnd.etsi.tsl+xml';
const day = 24 * 3_600_000;
/** At a time: enough for thirty lists, and no burst. */
const lanes = 4;

/** Whether the list of lists was not fetched for a day (TS 119 615 §4.1). */
export async function isRefreshDue(folder: string, clock: Clock): Promise<boolean> {
	const found = await stat(join(folder, lotlName)).catch(() => undefined);
	return found === undefined || clock.now().getTime() - found.mtimeMs > day;
}

/** Never throws for a list that is missing or bad: that is told in the outcome. */
export async function refreshTrustedLists(options: RefreshOptions): Promise<RefreshOutcome> {
	const circle = new SignerCircle(options.signers);
	await learnKeptPivots(options.folder, circle);
	const fetched: string[] = [];
	const refused: { source: string; error: ParaphError }[] = [];
	const attempt = async (source: string, name: string, territory?: string): Promise<TrustedList | undefined> => {
		try {
			const list = await fetchList(source, name, circle, options, territory);
			fetched.push(list.territory);
			return list;
		} catch (error) {
			if (!(error instanceof ParaphError)) throw error;
			refused.push({ source, error: error instanceof TrustedListError ? error.about(source) : error });
			return undefined;
		}
	};
	const lotl = await attempt(options.lotl, lotlName);
	const waiting = (lotl?.pointers ?? []).filter(isForPrograms);
	const work = async (): Promise<void> => {
		for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
			await attempt(next.location, `${next.territory}.xml`, next.territory);
	};
	await Promise.all(Array.from({ length: lanes }, work));
	return { fetched, refused };
}

const lotlName = 'lotl.xml';

/** The territory becomes a file's name: two letters and nothing else. */
const isForPrograms = ({ mimeType, isListOfLists, territory }: ListPointer): boolean =>
	!isListOfLists && mimeType === listMimeType && /^[A-Z]{2}$/.test(territory);

async function fetchList(
	url: string,
	name: string,
	circle: SignerCircle,
	options: RefreshOptions,
	territory: string | undefined,
): Promise<TrustedList> {
	const { fetcher, folder, signal } = options;
	// The list of lists is configured, and what it points to is signed by whom the configuration names.
	const request = { url, method: 'GET', origin: 'configured', timeout: 60_000, maximumSize: 64 * 1024 * 1024 } as const;
	const bytes = await download(fetcher, { ...request, accept: listMimeType, signal });
	const list = await readList(bytes, circle, options, territory);
	if (territory !== undefined && list.territory !== territory)
		throw new TrustedListError('list-malformed', `this is the list of ${list.territory}, not of ${territory}`);
	const path = join(folder, name);
	await refuseOlder(path, list, circle);
	await replaceFile(folder, path, bytes);
	circle.learn(list);
	return list;
}

/** A list of lists by a signer who is not known yet may be led to by those before it. */
async function readList(
	bytes: Uint8Array,
	circle: SignerCircle,
	options: RefreshOptions,
	territory: string | undefined,
): Promise<TrustedList> {
	try {
		return circle.read(bytes);
	} catch (error) {
		const isUnknown = error instanceof TrustedListError && error.code === 'list-signer-unknown';
		if (!isUnknown || territory !== undefined) throw error;
		for (const { bytes: pivot, list } of await climbPivots(bytes, circle, options))
			await replaceFile(options.folder, join(options.folder, `lotl-pivot-${list.sequenceNumber}.xml`), pivot);
		return circle.read(bytes);
	}
}

/** Those that earlier refreshes kept, so that each is fetched once. */
async function learnKeptPivots(folder: string, circle: SignerCircle): Promise<void> {
	const names = await readdir(folder).catch(() => []);
	const pivots = names.filter((name) => /^lotl-pivot-\d+\.xml$/.test(name));
	for (const name of pivots.sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))) {
		try {
			circle.learn(circle.read(await readFile(join(folder, name))));
		} catch (error) {
			// One that cannot be believed, or that is not there any more, leads nowhere.
			if (!(error instanceof ParaphError) && !isMissing(error)) throw error;
		}
	}
}

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error;

/** TS 119 612 §5.3.2: numbers only grow; an old list would bring back a service that was withdrawn since. */
async function refuseOlder(path: string, list: TrustedList, circle: SignerCircle): Promise<void> {
	const kept = await readFile(path).catch(() => undefined);
	const stored = kept && storedNumber(kept, circle);
	if (stored !== undefined && stored > list.sequenceNumber) {
		const message = `the list of ${list.territory} has number ${list.sequenceNumber}, number ${stored} is stored`;
		throw new TrustedListError('list-older', message, { subject: path });
	}
}

function storedNumber(bytes: Uint8Array, circle: SignerCircle): number | undefined {
	try {
		return circle.read(bytes).sequenceNumber;
	} catch (error) {
		// What lies there is no list that could be believed: any is better.
		if (error instanceof ParaphError) return undefined;
		throw error;
	}
}

async function replaceFile(folder: string, path: string, bytes: Uint8Array): Promise<void> {
	await mkdir(folder, { recursive: true });
	const part = join(folder, `${randomUUID()}.part`);
	try {
		await writeFile(part, bytes);
		await rename(part, path);
	} catch (cause) {
		await rm(part, { force: true });
		throw new TrustedListError('list-unwritable', `${path} cannot be written`, { subject: path, cause });
	}
}
