import { existsSync, readdirSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { basename, join, parse } from 'node:path';
import type { FileOutcome } from '../../core/pades/fileOutcome.ts';
import type { Clock } from '../../core/ports/clock.ts';
import { bringBack, type ReturnRequest } from '../../core/room/bringBack.ts';
import { readPeer } from '../../core/room/identity.ts';
import { openDesk, openRoom, rememberRoom } from '../../core/room/places.ts';
import { Room, type TrustState } from '../../core/room/room.ts';
import { RoomError } from '../../core/room/roomError.ts';
import { dataFolder } from '../../core/store/dataFolder.ts';
import type { BatchWish, Level, OpenBundle, RoomState, TrustAge } from '../../preload/contract.ts';
import { minuteStamp } from '../documents/minuteStamp.ts';
import { signOptionsOf } from './signOptions.ts';

export interface RoomDeskParts {
	readonly env: NodeJS.ProcessEnv;
	readonly clock: Clock;
	/** Where bundles are written and laid out, among what people keep. */
	readonly folder: string;
}

/** A bundle that lies on disk. */
export interface BundleFile {
	readonly path: string;
	readonly number: number;
	readonly documents: number;
	readonly left: readonly string[];
}

/** Both sides of rooms, with the same keys and logs that `paraph room` uses. */
export class RoomDesk {
	readonly #parts: RoomDeskParts;

	constructor(parts: RoomDeskParts) {
		this.#parts = parts;
	}

	state(): RoomState {
		const room = this.#roomIfAny();
		if (!room) return { room: null };
		return {
			room: {
				fingerprint: room.fingerprint,
				trust: trustAge(room.trustState(this.#parts.clock.now())),
				bundles: room.openBundles().flatMap(({ id, documents, done, folder }): readonly OpenBundle[] => {
					if (folder === null || !existsSync(folder)) return [];
					const names = documents.map(({ name }) => name).filter((name) => !done.includes(name));
					return [{ id, documents: names.length, signed: signedIn(folder, names), folder: basename(folder) }];
				}),
			},
		};
	}

	/** @throws {RoomError} `room-exists` */
	make(): RoomState {
		const { env, clock } = this.#parts;
		rememberRoom(Room.init(join(dataFolder(env), 'room-folder'), clock.now()), env);
		return this.state();
	}

	/** When the first of these files is due outside. A room that cannot be read says so where it is used. */
	dueOf(files: readonly string[]): Date | undefined {
		try {
			return this.#room().dueOf(files);
		} catch (error) {
			if (error instanceof RoomError) return undefined;
			throw error;
		}
	}

	/** What is carried out, for others to pack for this room. @throws {RoomError} `room-missing` */
	get publicFile(): string {
		return this.#room().publicFile;
	}

	/** @throws {RoomError} `peer-unreadable` */
	fingerprintOf(pem: string): string {
		return readPeer(Buffer.from(pem, 'utf8'), 'the file').signing.fingerprint;
	}

	/** @throws {RoomError} */
	async pack(
		files: readonly string[],
		pem: string,
		wish: Pick<BatchWish, 'place' | 'reason' | 'location'>,
		level: Level,
		due: Date | null,
	): Promise<BundleFile> {
		const { env, clock } = this.#parts;
		const now = clock.now();
		const room = readPeer(Buffer.from(pem, 'utf8'), 'the file');
		const desk = await openDesk(env, now);
		const path = await this.#newFile(`into-room-${minuteStamp(now)}.paraph`);
		const packed = await desk.pack({ files, room, out: path, level, due, signOptions: signOptionsOf(wish), now });
		return { path, number: packed.number, documents: packed.documents.length, left: [] };
	}

	/** Verified, decrypted, laid out. @throws {RoomError} and then nothing was written. */
	async open(path: string, clockIsRight: boolean, acceptLoss: boolean) {
		const room = this.#room();
		const now = this.#parts.clock.now();
		const folder = await this.#newFolder(parse(path).name);
		const bundle = await room.openBundle(path, folder, { now, confirmed: clockIsRight }, acceptLoss);
		return { bundle, folder, trust: trustAge(room.trustState(now)) };
	}

	/** @returns the folders with its anchors and its validation data. @throws {RoomError} */
	async importTrust(path: string, clockIsRight: boolean): Promise<Room['trustFolders']> {
		const room = this.#room();
		await room.importTrust(path, { now: this.#parts.clock.now(), confirmed: clockIsRight });
		return room.trustFolders;
	}

	/** @throws {RoomError} `document-unsigned`, `document-ambiguous`, … */
	async seal(id: string, partial: boolean, clockIsRight: boolean): Promise<BundleFile> {
		const room = this.#room();
		const now = this.#parts.clock.now();
		const folder = room.openBundles().find((bundle) => bundle.id === id)?.folder;
		if (!folder) throw new RoomError('document-unsigned', 'This bundle is not open any more');
		const path = await this.#newFile(`out-of-room-${minuteStamp(now)}.paraph`);
		const sealed = await room.seal(folder, path, { time: { now, confirmed: clockIsRight }, partial });
		return { path, number: sealed.number, documents: sealed.sealed.length, left: sealed.unsigned };
	}

	/** @throws {RoomError}; what only the network kept from its level is told as an outcome. */
	async takeBack(request: Omit<ReturnRequest, 'outDir' | 'onOutcome' | 'password'>) {
		const desk = await openDesk(this.#parts.env, this.#parts.clock.now());
		const outDir = await this.#newFolder(parse(request.bundle).name);
		const outcomes: FileOutcome[] = [];
		const { number } = await bringBack(desk, {
			...request,
			outDir,
			password: undefined,
			onOutcome: (outcome) => outcomes.push(outcome),
		});
		return { number, outcomes, folder: outDir };
	}

	#room(): Room {
		return openRoom(undefined, this.#parts.env);
	}

	#roomIfAny(): Room | undefined {
		try {
			return this.#room();
		} catch (error) {
			if (error instanceof RoomError && error.code === 'room-missing') return undefined;
			throw error;
		}
	}

	async #newFile(name: string): Promise<string> {
		await mkdir(this.#parts.folder, { recursive: true });
		return free(join(this.#parts.folder, name));
	}

	async #newFolder(name: string): Promise<string> {
		await mkdir(this.#parts.folder, { recursive: true });
		return free(join(this.#parts.folder, name));
	}
}

export const trustAge = (trust: TrustState | undefined): TrustAge | null =>
	trust
		? {
				date: trust.date.toISOString(),
				days: trust.ageInDays,
				until: trust.until.toISOString(),
				expired: trust.expired,
			}
		: null;

/** How many of these have a signed file beside them. */
function signedIn(folder: string, names: readonly string[]): number {
	const there = readdirSync(folder);
	return names.filter((name) => there.some((one) => one !== name && one.startsWith(`${parse(name).name}-signed`)))
		.length;
}

/** The first of `NAME.EXT`, `NAME-2.EXT`, … that is free. */
function free(path: string): string {
	const { dir, name, ext } = parse(path);
	for (let count = 1; ; count++) {
		const candidate = join(dir, `${name}${count === 1 ? '' : `-${count}`}${ext}`);
		if (!existsSync(candidate)) return candidate;
	}
}
