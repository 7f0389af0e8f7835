/** A bundle: a numbered link of a chain, with documents for one receiver. */
import { randomUUID } from 'node:crypto';
import { decryptFor, encryptTo } from '../cms/authEnvelopedData.ts';
import { CmsError } from '../cms/errors.ts';
import { digest } from '../pki/digest.ts';
import { readContainer, writeContainer } from './container.ts';
import { type Correspondence, type Link, type PackedDocument, readDocument } from './correspondence.ts';
import { type Identity, type Peer, readPeer, writePeer } from './identity.ts';
import { readPackedFile } from './packedFiles.ts';
import { RoomError } from './roomError.ts';
import { checkNames } from './safeNames.ts';
import { hash, list, moment, natural, orNull, record, text } from './written.ts';

export type Direction = 'into-room' | 'out-of-room';

/** A document on its way. */
export interface CarriedDocument {
	readonly name: string;
	readonly bytes: Uint8Array;
	/** What it was packed as, where it is on its way back. */
	readonly origin: PackedDocument | null;
}

/** A file that an option of `paraph sign` names: it lies beside the documents, in {@link enclosureFolder}. */
export interface Enclosure {
	/** Without `--`. */
	readonly option: string;
	readonly name: string;
	readonly bytes: Uint8Array;
}

export const enclosureFolder = 'enclosed';

/** What a bundle says besides its documents. */
export interface BundleFacts {
	readonly id: string;
	readonly direction: Direction;
	readonly number: number;
	/** Hash of the bundle before it in this direction. */
	readonly previous: string | null;
	readonly created: Date;
	/** When its answer is wanted outside, where the sender says so. */
	readonly due: Date | null;
	/** Id of the bundle it answers. */
	readonly answers: string | null;
	readonly level: string | null;
	/** Options of `paraph sign` that the sender asks for, but for those that name {@link Bundle.enclosures}. */
	readonly signOptions: readonly string[];
	readonly sender: Peer;
}

export interface Bundle extends BundleFacts {
	readonly documents: readonly CarriedDocument[];
	readonly enclosures: readonly Enclosure[];
	/** The room's log up to here, on the way out. */
	readonly log: Uint8Array | undefined;
	/** SHA-256 of the manifest, in hex. */
	readonly hash: string;
}

const format = 'paraph-bundle-1';
const factsObject = 'bundle.p7m';
const blobName = (index: number): string => `blobs/${String(index).padStart(6, '0')}.p7m`;

/** Where a new bundle comes to stand. */
export interface Letter
	extends Pick<Bundle, 'direction' | 'due' | 'answers' | 'level' | 'signOptions' | 'documents' | 'enclosures' | 'log'> {
	readonly from: Identity;
	readonly to: Peer;
	/** The end of the chain so far. */
	readonly after: Link;
	readonly now: Date;
}

/** @throws {RoomError} `name-unsafe`, `name-duplicate`, `bundle-too-large` */
export function writeBundle(letter: Letter): { readonly bytes: Uint8Array; readonly id: string; readonly link: Link } {
	const { from, to, after, now, documents, enclosures, log } = letter;
	checkAllNames(documents, enclosures);
	const id = randomUUID();
	const number = after.number + 1;
	const facts = {
		format,
		id,
		direction: letter.direction,
		number,
		previous: after.hash,
		created: now,
		due: letter.due,
		answers: letter.answers,
		level: letter.level,
		signOptions: letter.signOptions,
		sender: writePeer(from),
		documents: documents.map(({ name, bytes, origin }) => ({ ...describeDocument(name, bytes), origin })),
		enclosures: enclosures.map(({ option, name, bytes }) => ({ ...describeDocument(name, bytes), option })),
		log: log !== undefined,
	};
	const parts = [...documents, ...enclosures].map(({ bytes }) => bytes).concat(log ? [log] : []);
	const objects = new Map([
		[factsObject, encryptTo(to.receiving, Buffer.from(JSON.stringify(facts), 'utf8'))],
		...parts.map((part, index) => [blobName(index), encryptTo(to.receiving, part)] as const),
	]);
	const { bytes, hash: own } = writeContainer(from, objects, now);
	return { bytes, id, link: { number, hash: own } };
}

/**
 * Reads a bundle and checks everything that can be wrong with it.
 *
 * @param known the correspondence with this signer, if there is one.
 * @param acceptLoss whether bundles before this one may be missing.
 * @throws {RoomError} `bundle-altered`, `bundle-foreign`, `bundle-replayed`, `bundle-out-of-order`, `bundle-too-large`,
 * `name-unsafe`, `name-duplicate`; `not-a-file`, `file-changed`.
 */
export function readBundle(
	path: string,
	receiver: Identity,
	direction: Direction,
	known: (signer: string) => Correspondence | undefined,
	acceptLoss: boolean,
): { readonly bundle: Bundle; readonly correspondence: Correspondence } {
	const subject = path;
	const { signer, objects, hash: own } = readContainer(readPackedFile(path).bytes, subject);
	const correspondence = known(signer.fingerprint);
	if (!correspondence)
		throw new RoomError('bundle-foreign', `${subject} is from a sender that is not known here`, { subject });
	const open = (name: string): Uint8Array => {
		const object = objects.get(name);
		if (!object) throw new RoomError('bundle-altered', `${subject} lacks ${name}`, { subject });
		return decrypt(receiver, object, subject);
	};
	const { facts, documents: described, enclosures: enclosed, log } = readFacts(open(factsObject), subject);
	if (facts.direction !== direction || facts.sender.signing.fingerprint !== signer.fingerprint)
		throw new RoomError('bundle-foreign', `${subject} is not meant for this side`, { subject });
	correspondence.checkNext(facts, own, acceptLoss, subject);
	checkAllNames(described, enclosed);
	const parts = described.length + enclosed.length;
	if (objects.size !== parts + (log ? 2 : 1))
		throw new RoomError('bundle-altered', `${subject} holds other parts than it says`, { subject });
	const part = ({ name, size, sha256 }: PackedDocument, index: number): { name: string; bytes: Uint8Array } => {
		const bytes = open(blobName(index));
		if (bytes.length !== size || hex(bytes) !== sha256)
			throw new RoomError('bundle-altered', `${subject}: '${name}' is not what was packed`, { subject });
		return { name, bytes };
	};
	const bundle = {
		...facts,
		documents: described.map((one, index) => ({ ...part(one, index), origin: one.origin })),
		enclosures: enclosed.map((one, index) => ({ ...part(one, described.length + index), option: one.option })),
		log: log ? open(blobName(parts)) : undefined,
		hash: own,
	};
	return { bundle, correspondence };
}

/** @throws {RoomError} `name-unsafe`, `name-duplicate` */
function checkAllNames(documents: readonly { name: string }[], enclosures: readonly { name: string }[]): void {
	const names = documents.map(({ name }) => name);
	checkNames(enclosures.length > 0 ? [...names, enclosureFolder] : names);
	checkNames(enclosures.map(({ name }) => name));
}

/** Size and digest of a document under its name. */
export const describeDocument = (name: string, bytes: Uint8Array): PackedDocument => ({
	name,
	size: bytes.length,
	sha256: hex(bytes),
});

const hex = (bytes: Uint8Array): string => Buffer.from(digest('sha256', bytes)).toString('hex');

function decrypt(receiver: Identity, object: Uint8Array, subject: string): Uint8Array {
	try {
		return decryptFor(receiver.receiving, receiver.receivingKey, object);
	} catch (cause) {
		if (!(cause instanceof CmsError)) throw cause;
		if (cause.code === 'cms-other-recipient')
			throw new RoomError('bundle-foreign', `${subject} is encrypted to somebody else`, { subject, cause });
		throw new RoomError('bundle-altered', `${subject}: ${cause.message}`, { subject, cause });
	}
}

function optionName(value: unknown): string {
	const name = text(value);
	if (!/^[a-z-]{1,30}$/.test(name)) throw new TypeError('an option was expected');
	return name;
}

/** Bytes: what a bundle of ten thousand documents says of them, with room to spare. */
const maximumFacts = 16 * 1024 * 1024;

function readFacts(bytes: Uint8Array, subject: string) {
	if (bytes.length > maximumFacts)
		throw new RoomError('bundle-too-large', `${subject} says ${bytes.length} bytes of itself`, { subject });
	try {
		const fields = record(JSON.parse(Buffer.from(bytes).toString('utf8')));
		if (fields['format'] !== format) throw new TypeError('another format');
		const facts: BundleFacts = {
			id: text(fields['id']),
			direction: fields['direction'] === 'into-room' ? 'into-room' : 'out-of-room',
			number: natural(fields['number']),
			previous: orNull(fields['previous'], hash),
			created: moment(fields['created']),
			due: orNull(fields['due'], moment),
			answers: orNull(fields['answers'], text),
			level: orNull(fields['level'], text),
			signOptions: list(fields['signOptions'], text),
			sender: readPeer(Buffer.from(text(fields['sender']), 'utf8'), 'the sender'),
		};
		const documents = list(fields['documents'], (item) => ({
			...readDocument(item),
			origin: orNull(record(item)['origin'], readDocument),
		}));
		const enclosures = list(fields['enclosures'], (item) => ({
			...readDocument(item),
			option: optionName(record(item)['option']),
		}));
		return { facts, documents, enclosures, log: fields['log'] === true };
	} catch (cause) {
		throw new RoomError('bundle-altered', `${subject}: what it says of itself cannot be read`, { subject, cause });
	}
}
