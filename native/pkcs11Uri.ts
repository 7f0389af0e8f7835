/**
 * PKCS#11 URIs (RFC 7512): which module, token, key and certificate is meant.
 *
 * Every path attribute narrows what matches; what the URI does not say matches anything.
 */
import { TokenError } from '../core/ports/tokenError.ts';

/** `type=`: the class of object that `object` and `id` speak of. */
export type ObjectType = 'cert' | 'private' | 'public' | 'secret-key' | 'data';

export interface Pkcs11Uri {
	/** `object=`: CKA_LABEL. */
	readonly object?: string;
	/** `id=`: CKA_ID, as hex. */
	readonly id?: string;
	readonly type?: ObjectType;
	/** `token=`: the token's label. */
	readonly token?: string;
	readonly manufacturer?: string;
	readonly model?: string;
	/** `serial=`: the token's serial number. */
	readonly serial?: string;
	readonly slotId?: number;
	readonly slotDescription?: string;
	readonly slotManufacturer?: string;
	readonly libraryManufacturer?: string;
	readonly libraryDescription?: string;
	/** `library-version=`, `major` or `major.minor`. */
	readonly libraryVersion?: string;
	/** `module-path=`: a file, or a folder in which `module-name` is looked for. */
	readonly modulePath?: string;
	/** `module-name=`: without path, `lib` and suffix. */
	readonly moduleName?: string;
	/** `pin-source=`: the absolute path of a file that holds the PIN. */
	readonly pinSource?: string;
}

type TextAttribute = Exclude<keyof Pkcs11Uri, 'id' | 'type' | 'slotId' | 'pinSource'>;

/** The attributes that are plain text, by their spelling in the URI. */
const pathText: Readonly<Record<string, TextAttribute>> = {
	object: 'object',
	token: 'token',
	manufacturer: 'manufacturer',
	model: 'model',
	serial: 'serial',
	'slot-description': 'slotDescription',
	'slot-manufacturer': 'slotManufacturer',
	'library-manufacturer': 'libraryManufacturer',
	'library-description': 'libraryDescription',
	'library-version': 'libraryVersion',
};
const queryText: Readonly<Record<string, TextAttribute>> = { 'module-path': 'modulePath', 'module-name': 'moduleName' };
const objectTypes: ReadonlySet<string> = new Set<ObjectType>(['cert', 'private', 'public', 'secret-key', 'data']);
const maximumLength = 8192;

/**
 * Reads a `pkcs11:` URI.
 *
 * A path attribute nobody knows is refused, since ignoring it could choose another key than was meant; an unknown query
 * attribute is passed over (RFC 7512 §2.4).
 *
 * @throws {TokenError} `token-uri-invalid`, also for `pin-value`: a PIN does not belong into a command line.
 */
export function parsePkcs11Uri(text: string): Pkcs11Uri {
	if (text.length > maximumLength) throw invalid(`longer than ${maximumLength} characters`);
	if (!/^pkcs11:/i.test(text)) throw invalid("does not begin with 'pkcs11:'");
	const [path = '', query, ...more] = text.slice('pkcs11:'.length).split('?');
	if (more.length > 0) throw invalid("has more than one '?'");
	const uri: { -readonly [K in keyof Pkcs11Uri]: Pkcs11Uri[K] } = {};
	for (const [name, value] of attributes(path, ';')) {
		const key = pathText[name];
		if (key !== undefined) uri[key] = utf8(name, value);
		else if (name === 'id') uri.id = value.toString('hex');
		else if (name === 'type') uri.type = objectType(utf8(name, value));
		else if (name === 'slot-id') uri.slotId = slotId(utf8(name, value));
		else throw invalid(`has the unknown attribute '${name}'`);
	}
	for (const [name, value] of attributes(query ?? '', '&')) {
		const key = queryText[name];
		if (key !== undefined) uri[key] = utf8(name, value);
		else if (name === 'pin-value') throw pinValueRefused();
		else if (name === 'pin-source') uri.pinSource = pinSource(utf8(name, value));
	}
	return uri;
}

/** Writes a URI that {@link parsePkcs11Uri} reads back as the same value. */
export function formatPkcs11Uri(uri: Pkcs11Uri): string {
	const path: string[] = [];
	for (const [name, key] of Object.entries(pathText)) {
		const value = uri[key];
		if (value !== undefined) path.push(`${name}=${encode(value)}`);
	}
	if (uri.id !== undefined) path.push(`id=${uri.id.replace(/../g, (octet) => `%${octet.toUpperCase()}`)}`);
	if (uri.type !== undefined) path.push(`type=${uri.type}`);
	if (uri.slotId !== undefined) path.push(`slot-id=${uri.slotId}`);
	const query: string[] = [];
	for (const [name, key] of Object.entries(queryText)) {
		const value = uri[key];
		if (value !== undefined) query.push(`${name}=${encode(value, '/')}`);
	}
	if (uri.pinSource !== undefined) query.push(`pin-source=${encode(uri.pinSource, '/')}`);
	return `pkcs11:${path.join(';')}${query.length > 0 ? `?${query.join('&')}` : ''}`;
}

function* attributes(text: string, separator: ';' | '&'): Generator<readonly [string, Buffer]> {
	const seen = new Set<string>();
	if (text === '') return;
	for (const part of text.split(separator)) {
		const equals = part.indexOf('=');
		const name = part.slice(0, Math.max(0, equals));
		if (!/^[a-z0-9_-]+$/i.test(name)) throw invalid(`has '${shown(part)}' where name=value was expected`);
		if (seen.has(name)) throw invalid(`has '${name}' twice`);
		seen.add(name);
		yield [name, percentDecode(name, part.slice(equals + 1))];
	}
}

/** Percent-decodes to octets; what a shell user types unencoded (a blank, a letter outside ASCII) is taken as it is. */
function percentDecode(name: string, text: string): Buffer {
	const octets: Buffer[] = [];
	for (const piece of text.split(/(%[0-9a-f]{2})/i)) {
		if (/^%[0-9a-f]{2}$/i.test(piece)) octets.push(Buffer.from(piece.slice(1), 'hex'));
		else if (piece.includes('%')) throw invalid(`has a '%' without two hexadecimal digits in '${name}'`);
		else octets.push(Buffer.from(piece, 'utf8'));
	}
	return Buffer.concat(octets);
}

function utf8(name: string, value: Buffer): string {
	try {
		return new TextDecoder('utf-8', { fatal: true }).decode(value);
	} catch (cause) {
		throw invalid(`has octets in '${name}' that are not UTF-8`, cause);
	}
}

function objectType(value: string): ObjectType {
	if (!isObjectType(value)) throw invalid(`has the unknown type '${shown(value)}'`);
	return value;
}

const isObjectType = (value: string): value is ObjectType => objectTypes.has(value);

function slotId(value: string): number {
	const id = Number(value);
	if (!/^\d+$/.test(value) || !Number.isSafeInteger(id)) throw invalid(`has a slot-id that is not a number`);
	return id;
}

/** A file alone: RFC 7512 §2.4 also allows `|command`, and a URI that runs a program is not something to follow. */
function pinSource(value: string): string {
	const path = value.startsWith('file://') ? value.slice('file://'.length) : value.replace(/^file:/, '');
	if (!/^(\/|[a-z]:[\\/])/i.test(path)) throw invalid('has a pin-source that is not the absolute path of a file');
	return path;
}

/** Unreserved characters stay (RFC 3986 §2.3), and those in `keep`. */
function encode(text: string, keep = ''): string {
	return [...Buffer.from(text, 'utf8')]
		.map((octet) => {
			const character = String.fromCharCode(octet);
			const plain = /[A-Za-z0-9._~-]/.test(character) || (octet < 0x80 && keep.includes(character));
			return plain ? character : `%${octet.toString(16).toUpperCase().padStart(2, '0')}`;
		})
		.join('');
}

/** Never the whole URI: a refused one may carry a PIN. */
const shown = (text: string): string => (text.length > 30 ? `${text.slice(0, 30)}…` : text).replace(/=.*/s, '=…');

const invalid = (what: string, cause?: unknown): TokenError =>
	new TokenError('token-uri-invalid', `The token URI ${what}.`, {
		hint: "Write it like 'pkcs11:token=LABEL;object=KEY?module-path=/path/to/module.so' (RFC 7512), in quotes.",
		cause,
	});

const pinValueRefused = (): TokenError =>
	new TokenError('token-uri-invalid', 'The token URI carries a PIN (pin-value), where others can read it.', {
		hint: 'Leave pin-value out and use --pin-env, --pin-file or the prompt; change this PIN if it was typed in a shell.',
	});
