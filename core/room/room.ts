/** The inside: a folder with the room's keys, its log, and what it knows of the desk outside. */
import { mkdirSync, readdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { writeOutput } from '../pades/outputFile.ts';
import type { SecretCipher } from '../ports/secretCipher.ts';
import { type Bundle, describeDocument, enclosureFolder, readBundle, writeBundle } from './bundle.ts';
import { earliestDue, findBundle } from './bundleFolders.ts';
import { type BundleRecord, Correspondence } from './correspondence.ts';
import { Identity, type KeyGuard } from './identity.ts';
import { holding } from './lock.ts';
import { readPackedFile } from './packedFiles.ts';
import { RoomError } from './roomError.ts';
import { type Happening, type LogEntry, RoomLog } from './roomLog.ts';
import { signContent } from './signedContent.ts';
import type { SignedOutput } from './signedOutputs.ts';
import { ageInDays, endOf, readTrustMaterial } from './trustMaterial.ts';
import { layOut, refuseExisting, replaceFolder } from './writeWhole.ts';

/** The room's clock, and whether someone vouched for it. */
export interface RoomTime {
	readonly now: Date;
	readonly confirmed: boolean;
}

export interface SealedBundle {
	readonly id: string;
	readonly number: number;
	readonly answers: string;
	readonly sealed: readonly SignedOutput[];
	/** Names of documents that stay unsigned. */
	readonly unsigned: readonly string[];
}

export interface TrustState {
	readonly date: Date;
	readonly ageInDays: number;
	/** When the room refuses it. */
	readonly until: Date;
	readonly expired: boolean;
}

const files = {
	correspondence: 'state.json',
	log: 'log.jsonl',
	lock: 'lock',
	anchors: 'trust/anchors',
	data: 'trust/data',
};

const roomName = 'Paraph room';

export class Room {
	readonly folder: string;
	readonly #identity: Identity;
	readonly #log: RoomLog;

	private constructor(folder: string) {
		this.folder = folder;
		this.#identity = Identity.load(folder);
		this.#log = new RoomLog(join(folder, files.log));
	}

	/** Makes a room in a new or an empty folder. @throws {RoomError} `room-exists` */
	static init(folder: string, now: Date): Room {
		Room.#prepare(folder, now);
		return Room.#begun(folder, now, Identity.create(folder, roomName, now));
	}

	/** The same, its keys guarded by a key in a token. @throws {RoomError} `room-exists`; {TokenError}. */
	static async initGuarded(folder: string, now: Date, guard: KeyGuard): Promise<Room> {
		Room.#prepare(folder, now);
		return Room.#begun(folder, now, await Identity.createGuarded(folder, roomName, now, guard));
	}

	static #prepare(folder: string, now: Date): void {
		mkdirSync(folder, { recursive: true, mode: 0o700 });
		if (readdirSync(folder).length > 0)
			throw new RoomError('room-exists', `${folder} is not empty`, { subject: folder });
		Correspondence.begin(join(folder, files.correspondence), null).with({ latest: now }).save();
	}

	static #begun(folder: string, now: Date, { signing }: Identity): Room {
		const room = new Room(realpathSync(folder));
		room.#log.append(now, ['room-made', { key: signing.fingerprint }]);
		return room;
	}

	/** @throws {RoomError} `room-missing`, `room-damaged` */
	static open(folder: string): Room {
		if (!Identity.exists(folder))
			throw new RoomError('room-missing', `there is no room in ${folder}`, { subject: folder });
		return new Room(realpathSync(folder));
	}

	/** What `paraph room pack --room` takes. */
	get publicFile(): string {
		return join(this.folder, 'room.pem');
	}

	/** SHA-256 of the certificate that signs for the room. */
	get fingerprint(): string {
		return this.#identity.signing.fingerprint;
	}

	/** RFC 7512, where a key in a token guards the room's keys and must {@link unlock} them. */
	get guardedBy(): string | undefined {
		return this.#identity.guardedBy;
	}

	/** @throws {RoomError} `room-damaged`; {TokenError}. */
	unlock(cipher: SecretCipher): Promise<void> {
		return this.#identity.unlock(cipher);
	}

	/** The folders that `--trust` and `--validation-data` take inside. */
	get trustFolders(): { readonly anchors: string; readonly data: string } {
		return { anchors: join(this.folder, files.anchors), data: join(this.folder, files.data) };
	}

	/** @throws {RoomError} `log-broken` */
	log(): readonly LogEntry[] {
		return this.#log.entries();
	}

	/** Bundles that were opened here and of which something is still to be sealed, oldest first. */
	openBundles(): readonly BundleRecord[] {
		return this.#load().contents.bundles.filter(({ documents, done }) => done.length < documents.length);
	}

	/**
	 * Writes the log as evidence: signed by the room (CAdES, the log inside), so that others see who says so, and when.
	 *
	 * @throws {RoomError} `log-broken`, `room-locked`, `output-exists`.
	 */
	async exportLog(out: string, now: Date): Promise<void> {
		this.#log.entries();
		refuseExisting([out]);
		await writeOutput(out, signContent(this.#identity, this.#log.bytes(), now, 'attached'), 'never');
	}

	/** The trust material in use, if any. */
	trustState(now: Date): TrustState | undefined {
		const { trust } = this.#load().contents;
		if (!trust) return undefined;
		const until = endOf(trust);
		return { date: trust.date, ageInDays: ageInDays(trust.date, now), until, expired: until < now };
	}

	/** When the first of the bundles is due that were opened where these files lie. */
	dueOf(files: readonly string[]): Date | undefined {
		return earliestDue(files, this.#load().contents.bundles);
	}

	/**
	 * Takes a bundle in: verified, decrypted, laid out in `outDir`. Its sender becomes the one this room knows, if it
	 * knows none yet.
	 *
	 * @param acceptLoss whether bundles before this one may be missing, for good.
	 * @throws {RoomError}, and then nothing was written.
	 */
	openBundle(path: string, outDir: string, time: RoomTime, acceptLoss = false): Promise<Bundle> {
		return this.#holding(async () => {
			const mine = this.#load();
			const { peer } = mine.contents;
			const known = (signer: string) => (peer === null || peer.signing.fingerprint === signer ? mine : undefined);
			const { bundle } = readBundle(path, this.#identity, 'into-room', known, acceptLoss);
			const timed = mine.checkClock(time.now, time.confirmed, bundle.created);
			this.#log.entries();
			await layOut(outDir, [
				...bundle.documents,
				...bundle.enclosures.map(({ name, bytes }) => ({ name: join(enclosureFolder, name), bytes })),
			]);
			const record: BundleRecord = {
				id: bundle.id,
				documents: bundle.documents.map(({ name, bytes }) => describeDocument(name, bytes)),
				folder: realpathSync(outDir),
				level: bundle.level,
				due: bundle.due,
				done: [],
			};
			timed
				.with({
					peer: bundle.sender,
					received: { number: bundle.number, hash: bundle.hash },
					seen: [...timed.contents.seen, bundle.hash],
				})
				.withBundle(record)
				.save();
			this.#log.append(time.now, [
				'bundle-opened',
				{
					bundle: bundle.id,
					number: bundle.number,
					bundleHash: bundle.hash,
					sender: bundle.sender.signing.fingerprint,
					documents: record.documents,
					clockConfirmed: time.confirmed,
					lost: bundle.number - mine.contents.received.number - 1,
				},
			]);
			return bundle;
		});
	}

	/**
	 * Seals what was signed in a folder into a bundle for the desk.
	 *
	 * @param options.partial also when some documents of the bundle are not signed.
	 * @throws {RoomError} `document-unsigned`, `document-ambiguous`, `room-unpaired`, …, and then nothing was written.
	 */
	seal(
		folder: string,
		out: string,
		options: { readonly time: RoomTime; readonly partial: boolean },
	): Promise<SealedBundle> {
		return this.#holding(async () => {
			const { now, confirmed } = options.time;
			const mine = this.#load().checkClock(now, confirmed);
			const { peer, bundles, sent } = mine.contents;
			if (!peer) throw new RoomError('room-unpaired', 'no bundle was opened in this room');
			refuseExisting([out]);
			const { record, found } = await findBundle(folder, bundles);
			const unsigned = record.documents.filter(({ name }) => !found.has(name) && !record.done.includes(name));
			const [first] = unsigned;
			if (first && (!options.partial || found.size === 0))
				throw new RoomError('document-unsigned', `'${first.name}' has no signed output in ${folder}`, {
					subject: first.name,
				});
			const sealed = [...found.values()];
			this.#log.append(
				now,
				...sealed.map(
					({ document, bytes }): Happening => [
						'document-sealed',
						{
							bundle: record.id,
							document: document.name,
							original: document.sha256,
							signed: describeDocument(document.name, bytes).sha256,
						},
					],
				),
			);
			const { bytes, id, link } = writeBundle({
				direction: 'out-of-room',
				due: null,
				answers: record.id,
				level: record.level,
				signOptions: [],
				documents: sealed.map(({ document, bytes }) => ({ name: document.name, bytes, origin: document })),
				enclosures: [],
				log: this.#log.bytes(),
				from: this.#identity,
				to: peer,
				after: sent,
				now,
			});
			// Counted when it is there: a number without a bundle would end the chain for good.
			await writeOutput(out, bytes, 'never');
			const done = [...record.done, ...found.keys()];
			mine
				.with({ sent: link })
				.withBundle({ ...record, done })
				.save();
			this.#log.append(now, [
				'bundle-sealed',
				{
					bundle: id,
					number: link.number,
					bundleHash: link.hash,
					answers: record.id,
				},
			]);
			return { id, number: link.number, answers: record.id, sealed, unsigned: unsigned.map(({ name }) => name) };
		});
	}

	/**
	 * Takes in trust material of the desk this room knows, or of the first one.
	 *
	 * @throws {RoomError} `trust-altered`, `trust-foreign`, `trust-superseded`, `trust-expired`, `clock-behind`.
	 */
	importTrust(path: string, time: RoomTime): Promise<TrustState> {
		return this.#holding(() => {
			const mine = this.#load();
			const material = readTrustMaterial(readPackedFile(path).bytes, path);
			const { peer, trust } = mine.contents;
			if (peer && peer.signing.fingerprint !== material.sender.signing.fingerprint)
				throw new RoomError('trust-foreign', `${path} is from another sender than the one known here`, {
					subject: path,
				});
			if (trust && material.date <= trust.date)
				throw new RoomError('trust-superseded', `${path} is of ${material.date.toISOString()}`, { subject: path });
			const timed = mine.checkClock(time.now, time.confirmed, material.date);
			const until = endOf(material);
			if (until < time.now)
				throw new RoomError('trust-expired', `${path} was to be used until ${until.toISOString()}`, { subject: path });
			this.#log.entries();
			replaceFolder(this.trustFolders.anchors, numbered('anchor', 'cer', material.anchors));
			replaceFolder(this.trustFolders.data, [
				...numbered('certificate', 'cer', material.certificates),
				...numbered('list', 'crl', material.crls),
				...numbered('answer', 'ocsp', material.ocspResponses),
			]);
			const { date, maximumAge, sender } = material;
			timed.with({ peer: sender, trust: { date, maximumAge } }).save();
			this.#log.append(time.now, [
				'trust-imported',
				{
					date: date.toISOString(),
					maximumAge,
					sender: sender.signing.fingerprint,
					anchors: material.anchors.length,
				},
			]);
			return { date, ageInDays: ageInDays(date, time.now), until, expired: false };
		});
	}

	#load(): Correspondence {
		return Correspondence.load(join(this.folder, files.correspondence));
	}

	#holding<T>(work: () => Promise<T> | T): Promise<T> {
		return holding(join(this.folder, files.lock), work);
	}
}

const numbered = (name: string, extension: string, contents: readonly Uint8Array[]) =>
	contents.map((bytes, index) => ({ name: `${name}-${index + 1}.${extension}`, bytes }));
