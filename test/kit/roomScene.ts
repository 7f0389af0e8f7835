/** A desk, another one, and two rooms, as their folders lie side by side: bundles go between them. */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { Desk } from '../../core/room/desk.ts';
import { type Peer, readPeer } from '../../core/room/identity.ts';
import { Room } from '../../core/room/room.ts';

/** When the desks and rooms were made. */
export const start = new Date('2026-11-02T09:00:00Z');
const minute = 60_000;

/** So many minutes after that. */
export const at = (minutes: number): Date => new Date(start.getTime() + minutes * minute);

export const peerOf = (one: Room): Peer => readPeer(readFileSync(one.publicFile), one.publicFile);

/** Has each test of a file work in a scene of its own. @returns the one of the test that runs. */
export function sceneOfEachTest(): () => RoomScene {
	let folders: RoomFolders;
	let scene: RoomScene;
	beforeAll(async () => {
		folders = await RoomFolders.make();
	});
	afterAll(() => folders[Symbol.dispose]());
	beforeEach(async () => {
		scene = await folders.copy();
	});
	afterEach(() => scene[Symbol.dispose]());
	return () => scene;
}

/** Keys take a while to make: each test has copies of these folders. */
class RoomFolders implements Disposable {
	readonly #made = mkdtempSync(join(tmpdir(), 'paraph-rooms-'));

	static async make(): Promise<RoomFolders> {
		const folders = new RoomFolders();
		const within = (name: string): string => join(folders.#made, name);
		await Desk.open(within('desk'), start);
		await Desk.open(within('other-desk'), start);
		Room.init(within('room'), start);
		Room.init(within('other-room'), start);
		return folders;
	}

	async copy(): Promise<RoomScene> {
		const directory = mkdtempSync(join(tmpdir(), 'paraph-bundles-'));
		cpSync(this.#made, directory, { recursive: true });
		const [desk, otherDesk] = [
			await Desk.open(join(directory, 'desk'), start),
			await Desk.open(join(directory, 'other-desk'), start),
		];
		writeFileSync(join(directory, 'contract.pdf'), '%PDF-1.7 a contract');
		return new RoomScene(directory, desk, otherDesk, Room.open(join(directory, 'room')));
	}

	[Symbol.dispose](): void {
		rmSync(this.#made, { recursive: true });
	}
}

export class RoomScene implements Disposable {
	readonly directory: string;
	readonly desk: Desk;
	readonly otherDesk: Desk;
	readonly room: Room;
	readonly roomPeer: Peer;

	constructor(directory: string, desk: Desk, otherDesk: Desk, room: Room) {
		this.directory = directory;
		this.desk = desk;
		this.otherDesk = otherDesk;
		this.room = room;
		this.roomPeer = peerOf(room);
	}

	path(name: string): string {
		return join(this.directory, name);
	}

	/** Packs `contract.pdf`. */
	pack(out: string, from = this.desk, to = this.roomPeer) {
		const files = [this.path('contract.pdf')];
		return from.pack({ files, room: to, out: this.path(out), level: null, due: null, signOptions: [], now: at(1) });
	}

	open(bundle: string, outDir = `out-of-${bundle}`, now = at(2), confirmed = false) {
		return this.room.openBundle(this.path(bundle), this.path(outDir), { now, confirmed });
	}

	/** The bundle is refused with this code, and nothing was written. */
	async expectRefused(bundle: string, code: string): Promise<void> {
		const before = readdirSync(this.directory);
		await expect(this.open(bundle, 'refused')).rejects.toMatchObject({ code });
		expect(readdirSync(this.directory)).toEqual(before);
	}

	/** Of a bundle that was opened in `desk-inside`. */
	seal(out: string) {
		const time = { now: at(3), confirmed: false };
		return this.room.seal(this.path('desk-inside'), this.path(out), { time, partial: false });
	}

	/** Likewise, its document signed before. */
	sealSigned(out: string) {
		writeFileSync(this.path('desk-inside/signed.pdf'), '%PDF-1.7 a contract, signed');
		return this.seal(out);
	}

	[Symbol.dispose](): void {
		rmSync(this.directory, { recursive: true });
	}
}
