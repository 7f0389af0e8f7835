import { randomBytes } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Listing, ListingEntry, ListingId, PlaceKind } from '../../preload/contract.ts';
import { DocumentError } from './documentError.ts';

/** A folder with more entries than this shows the first ones by name. */
const MOST_ENTRIES = 2000;

export interface Place {
	readonly kind: PlaceKind;
	readonly path: string;
}

/**
 * The loopback host's own chooser: folders and PDF files by ids that mean nothing outside this run.
 *
 * The window can only name what it was shown, so it reaches nothing that a person did not browse to.
 */
export class Chooser {
	readonly #places: readonly Place[];
	readonly #pathById = new Map<ListingId, string>();
	readonly #idByPath = new Map<string, ListingId>();

	/** @param places where people start; those that do not exist are left out, the first that does is shown first. */
	constructor(places: readonly Place[]) {
		this.#places = places;
	}

	/** @throws {DocumentError} `listing-unknown`, `listing-not-here` */
	async list(id: ListingId | undefined): Promise<Listing> {
		const places = await existing(this.#places);
		const folder = id === undefined ? (places[0]?.path ?? '/') : this.pathOf(id);
		const names = (await readdir(folder, { withFileTypes: true }).catch(gone(folder)))
			.filter((entry) => !entry.name.startsWith('.') && (!entry.isFile() || isPdf(entry.name)))
			.map((entry) => entry.name)
			.sort(byName);
		const entries = await Promise.all(names.slice(0, MOST_ENTRIES).map((name) => this.#entry(join(folder, name))));
		const shown = entries.filter((entry) => entry !== undefined);
		return {
			id: this.#idOf(folder),
			name: nameOf(folder),
			trail: trailTo(folder).map((path) => ({ id: this.#idOf(path), name: nameOf(path) })),
			places: places.map(({ kind, path }) => ({ id: this.#idOf(path), kind, name: nameOf(path) })),
			entries: [...shown.filter(({ kind }) => kind === 'folder'), ...shown.filter(({ kind }) => kind === 'document')],
			truncated: names.length > MOST_ENTRIES,
		};
	}

	/** @throws {DocumentError} `listing-unknown` for an id that was never shown. */
	pathOf(id: ListingId): string {
		const path = this.#pathById.get(id);
		if (path !== undefined) return path;
		throw new DocumentError('listing-unknown', 'The chooser showed no such entry.', {
			hint: 'Open the chooser again.',
		});
	}

	/** Links are followed; what cannot be looked at, or is neither folder nor PDF, is left out. */
	async #entry(path: string): Promise<ListingEntry | undefined> {
		const found = await stat(path).catch(() => undefined);
		const common = { id: this.#idOf(path), name: basename(path) };
		if (found?.isDirectory()) return { ...common, kind: 'folder', size: null, modified: null };
		if (!found?.isFile() || !isPdf(path)) return undefined;
		return { ...common, kind: 'document', size: found.size, modified: found.mtime.toISOString() };
	}

	#idOf(path: string): ListingId {
		const known = this.#idByPath.get(path);
		if (known !== undefined) return known;
		// The brand is given here and nowhere else.
		const id = randomBytes(16).toString('base64url') as ListingId;
		this.#pathById.set(id, path);
		this.#idByPath.set(path, id);
		return id;
	}
}

async function existing(places: readonly Place[]): Promise<readonly Place[]> {
	const found = await Promise.all(
		places.map(async (place) => ((await stat(place.path).catch(() => undefined))?.isDirectory() ? [place] : [])),
	);
	return found.flat();
}

function trailTo(folder: string): readonly string[] {
	const above = dirname(folder);
	return above === folder ? [folder] : [...trailTo(above), folder];
}

/** The root of a file system has no name of its own. */
function nameOf(folder: string): string {
	return basename(folder) || folder;
}

function isPdf(name: string): boolean {
	return name.toLowerCase().endsWith('.pdf');
}

const byName = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' }).compare;

function gone(folder: string) {
	return (cause: unknown): never => {
		throw new DocumentError('listing-not-here', `${nameOf(folder)} cannot be read.`, {
			hint: 'Choose another folder.',
			subject: nameOf(folder),
			cause,
		});
	};
}
