/** The outside: packs documents for rooms, takes back what they sealed, and makes trust material for them. */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { writeOutput } from '../pades/outputFile.ts';
import { type Bundle, describeDocument, readBundle, writeBundle } from './bundle.ts';
import { type BundleRecord, Correspondence } from './correspondence.ts';
import { Identity, type Peer } from './identity.ts';
import { holding } from './lock.ts';
import { readPackedFile } from './packedFiles.ts';
import { RoomError } from './roomError.ts';
import { readLog } from './roomLog.ts';
import { checkNames } from './safeNames.ts';
import { beginsWith } from './signedOutputs.ts';
import { refuseExisting, replaceFile } from './writeWhole.ts';

export interface PackRequest {
	readonly files: readonly string[];
	readonly room: Peer;
	readonly out: string;
	/** What the signatures are to become. */
	readonly level: string | null;
	/** When the signatures are wanted outside: whose certificate ends sooner is warned inside. */
	readonly due?: Date | null | undefined;
	/** For `paraph sign` inside. */
	readonly signOptions: readonly string[];
	/** Further options for it, whose values are files that go along. */
	readonly enclosed?: readonly { readonly option: string; readonly file: string }[] | undefined;
	readonly now: Date;
}

const lockFile = 'lock';

/** A desk's side of its correspondences: one software key, made once, and one file for each room. */
export class Desk {
	readonly #folder: string;
	readonly identity: Identity;

	private constructor(folder: string) {
		this.#folder = folder;
		this.identity = Identity.load(folder);
	}

	/** @param folder made, with a key, for its owner alone where it is missing. @throws {RoomError} `room-damaged` */
	static async open(folder: string, now: Date): Promise<Desk> {
		mkdirSync(folder, { recursive: true, mode: 0o700 });
		return holding(join(folder, lockFile), () => {
			if (!Identity.exists(folder)) Identity.create(folder, 'Paraph desk', now);
			return new Desk(folder);
		});
	}

	/** @throws {RoomError} and then nothing was written. */
	pack(request: PackRequest) {
		return holding(join(this.#folder, lockFile), async () => {
			const { room, out, level, due = null, signOptions, enclosed = [], now } = request;
			refuseExisting([out]);
			const documents = request.files.map(readPackedFile);
			checkNames(documents.map(({ name }) => name));
			const path = this.#pathOf(room.signing.fingerprint);
			const ours = existsSync(path) ? Correspondence.load(path) : Correspondence.begin(path, room);
			const { bytes, id, link } = writeBundle({
				direction: 'into-room',
				due,
				answers: null,
				level,
				signOptions,
				documents: documents.map((document) => ({ ...document, origin: null })),
				enclosures: enclosed.map(({ option, file }) => ({ option, ...readPackedFile(file) })),
				log: undefined,
				from: this.identity,
				to: room,
				after: ours.contents.sent,
				now,
			});
			const packed = documents.map(({ name, bytes }) => describeDocument(name, bytes));
			const record: BundleRecord = { id, documents: packed, folder: null, level, due, done: [] };
			// Counted when it is there: a number without a bundle would end the chain for good.
			await writeOutput(out, bytes, 'never');
			mkdirSync(join(this.#folder, 'rooms'), { recursive: true, mode: 0o700 });
			ours.with({ sent: link }).withBundle(record).save();
			return { id, number: link.number, documents: packed };
		});
	}

	/**
	 * Verifies and decrypts what a room sealed, hands it on, and then counts it as taken back.
	 *
	 * @param receive lays it out; when it throws, the bundle can be taken back again.
	 * @param acceptLoss whether bundles before this one may be missing, for good.
	 * @throws {RoomError}
	 */
	takeBack<T>(path: string, receive: (bundle: Bundle) => Promise<T>, acceptLoss = false): Promise<T> {
		return holding(join(this.#folder, lockFile), async () => {
			const known = (signer: string): Correspondence | undefined => {
				const file = this.#pathOf(signer);
				return existsSync(file) ? Correspondence.load(file) : undefined;
			};
			const { bundle, correspondence } = readBundle(path, this.identity, 'out-of-room', known, acceptLoss);
			const { bundles, peer, seen } = correspondence.contents;
			const record = bundles.find(({ id }) => id === bundle.answers);
			if (!record || !peer)
				throw new RoomError('bundle-foreign', `${path} answers a bundle that was not packed here`, { subject: path });
			for (const document of bundle.documents) checkContinues(document, record);
			if (bundle.log) readLog(bundle.log, `the log in ${path}`);
			const result = await receive(bundle);
			const done = [...record.done, ...bundle.documents.map(({ name }) => name)];
			correspondence
				.with({ received: { number: bundle.number, hash: bundle.hash }, seen: [...seen, bundle.hash] })
				.withBundle({ ...record, done })
				.save();
			if (bundle.log) replaceFile(join(this.#folder, 'rooms', `${peer.signing.fingerprint}.log.jsonl`), bundle.log);
			return result;
		});
	}

	#pathOf(fingerprint: string): string {
		return join(this.#folder, 'rooms', `${fingerprint}.json`);
	}
}

/** A document comes back once, and begins with the bytes that were packed. */
function checkContinues({ name, bytes, origin }: Bundle['documents'][number], record: BundleRecord): void {
	const packed = record.documents.find((one) => one.name === name && one.sha256 === origin?.sha256);
	const fault = !packed
		? 'was not in what was packed'
		: !beginsWith(bytes, packed) || bytes.length === packed.size
			? 'does not continue the document that was packed'
			: record.done.includes(name)
				? 'came back before'
				: undefined;
	if (fault !== undefined) throw new RoomError('document-mismatch', `'${name}' ${fault}`, { subject: name });
}
