/** A key in a PKCS#12 file as a {@link Signer}, for those without a token. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { Certificate } from '../core/pki/certificate.ts';
import type { PublicKey } from '../core/pki/publicKey.ts';
import type { SigningAlgorithm } from '../core/ports/algorithms.ts';
import { systemClock } from '../core/ports/clock.ts';
import type { Signer } from '../core/ports/signer.ts';
import { TokenError } from '../core/ports/tokenError.ts';
import { certificateProblems, defaultMinimumRsaBits, isForSignatures, problemText } from './credentials.ts';
import type { PinProvider } from './pin.ts';
import { malformed } from './pkcs12/pkcs12Error.ts';
import { type Pkcs12Contents, readPkcs12 } from './pkcs12/pkcs12File.ts';
import type { SoftKey } from './pkcs12/softKey.ts';

export interface Pkcs12SignerOptions {
	/** Path of the .p12 or .pfx file. */
	readonly file: string;
	/** Asked once, for the file's password. */
	readonly pin?: PinProvider | undefined;
	readonly minimumRsaBits?: number | undefined;
	/** When the certificate must be valid. Default: now. */
	readonly now?: Date | undefined;
	/** DER of the one that is meant, where the file holds several. */
	readonly certificate?: Uint8Array | undefined;
}

/** What a file holds, for a list. */
export interface Pkcs12Listing {
	/** Those whose key is in the file. */
	readonly certificates: readonly Certificate[];
	/** DER of the others. */
	readonly chain: readonly Uint8Array[];
	readonly hasPassword: boolean;
}

interface Pair {
	readonly certificate: Certificate;
	readonly key: SoftKey;
}

/** Octets; a PKCS#12 file has some thousand. */
const maximumSize = 10 << 20;

/**
 * Opens the file and takes the one certificate in it that can sign; of several, the one that is meant for signatures.
 *
 * @throws {TokenError} `p12-unreadable`, `pin-required`, `pin-cancelled`, `pin-incorrect`, `key-not-found`,
 * `key-cannot-sign`, `key-ambiguous`.
 */
export async function openPkcs12Signer(options: Pkcs12SignerOptions): Promise<Pkcs12Signer> {
	const { file } = options;
	const bytes = readWhole(file);
	const contents = readWithout(bytes, file) ?? readPkcs12(bytes, await askPassword(options), file);
	const { certificate } = options;
	const all = pairs(contents).filter((pair) => !certificate || Buffer.compare(pair.certificate.raw, certificate) === 0);
	const pair = choosePair(all, options);
	const chain = contents.certificates.filter((der) => Buffer.compare(der, pair.certificate.raw) !== 0);
	return new Pkcs12Signer(pair, chain);
}

/**
 * Looks into a file without keeping its keys.
 *
 * @param name what errors name.
 * @throws {TokenError} `p12-unreadable`, `pin-incorrect`, `key-not-found`.
 */
export function listPkcs12(bytes: Uint8Array, password: string, name: string): Pkcs12Listing {
	const plain = readWithout(bytes, name);
	const contents = plain ?? readPkcs12(bytes, password, name);
	const certificates = pairs(contents).map(({ certificate }) => certificate);
	if (certificates.length === 0) throw nothingInside(name);
	const own = (der: Uint8Array): boolean => certificates.some(({ raw }) => Buffer.compare(raw, der) === 0);
	const chain = contents.certificates.filter((der) => !own(der));
	return { certificates, chain, hasPassword: plain === undefined };
}

/** Some files have no password; then none is asked for. */
function readWithout(bytes: Uint8Array, file: string): Pkcs12Contents | undefined {
	try {
		return readPkcs12(bytes, '', file);
	} catch (error) {
		if (error instanceof TokenError && error.code === 'pin-incorrect') return undefined;
		throw error;
	}
}

function readWhole(file: string): Uint8Array {
	try {
		const bytes = readFileSync(file);
		if (bytes.length <= maximumSize) return bytes;
	} catch (cause) {
		throw new TokenError('p12-unreadable', `${file} cannot be read.`, {
			hint: 'Check the path and the permissions of the file.',
			subject: file,
			cause,
		});
	}
	throw malformed(file);
}

async function askPassword({ file, pin }: Pkcs12SignerOptions): Promise<string> {
	if (pin === undefined)
		throw new TokenError('pin-required', `${file} wants a password.`, {
			hint: 'Give it with --pin-env or --pin-file, or run the command on a terminal.',
			subject: file,
		});
	const password = await pin({
		token: basename(file),
		reader: file,
		purpose: 'login',
		entry: 'typed',
		state: 'ok',
		minimumLength: 0,
		maximumLength: 0,
	});
	if (password !== undefined) return password;
	throw new TokenError('pin-cancelled', `No password was given for ${file}.`, {
		hint: 'Nothing was signed.',
		subject: file,
	});
}

function pairs({ keys, certificates }: Pkcs12Contents): Pair[] {
	return certificates.flatMap((der) => {
		const certificate = Certificate.parse(der);
		const key = keys.find(({ publicBits }) => Buffer.compare(publicBits, certificate.publicKey.bytes) === 0);
		return key === undefined ? [] : { certificate, key };
	});
}

function choosePair(all: readonly Pair[], options: Pkcs12SignerOptions): Pair {
	const { file: subject, now = systemClock.now(), minimumRsaBits = defaultMinimumRsaBits } = options;
	const judged = all.map((pair) => ({
		...pair,
		problems: [...certificateProblems(pair.certificate, { now, minimumRsaBits })],
	}));
	const usable = judged.filter(({ problems }) => problems.length === 0);
	const forSignatures = usable.filter(isForSignatures);
	const [chosen, ...others] = forSignatures.length === 1 ? forSignatures : usable;
	if (chosen !== undefined && others.length === 0) return chosen;
	const candidates = judged.map(({ certificate, problems }) =>
		[certificate.subject.text, ...problems.map((problem) => problemText(problem, { certificate }))].join('; '),
	);
	if (chosen !== undefined)
		throw new TokenError('key-ambiguous', `${subject} holds ${usable.length} certificates that can sign.`, {
			hint: `Export the one to sign with into a file of its own: ${candidates.join(', ')}`,
			subject,
			candidates,
		});
	if (judged.length > 0)
		throw new TokenError('key-cannot-sign', `The certificate in ${subject} cannot sign: ${candidates.join(', ')}.`, {
			hint: 'Use a certificate that is valid and meant for signatures.',
			subject,
			candidates,
		});
	throw nothingInside(subject);
}

const nothingInside = (subject: string): TokenError =>
	new TokenError('key-not-found', `${subject} holds no key with its certificate.`, {
		hint: 'Export the key together with its certificate.',
		subject,
	});

export class Pkcs12Signer implements Signer {
	readonly certificate: Uint8Array;
	readonly chain: readonly Uint8Array[];
	readonly authentication = 'once';
	readonly #publicKey: PublicKey;
	#key: SoftKey | undefined;

	constructor({ certificate, key }: Pair, chain: readonly Uint8Array[]) {
		this.certificate = certificate.raw;
		this.chain = chain;
		this.#publicKey = certificate.publicKey;
		this.#key = key;
	}

	/** Whether this key signs so. */
	supports(algorithm: SigningAlgorithm): boolean {
		const { kind } = this.#publicKey;
		if (kind === 'rsa') return algorithm.kind === 'rsa-pkcs1' || algorithm.kind === 'rsa-pss';
		return kind === 'ec' ? algorithm.kind === 'ecdsa' : algorithm.kind === kind;
	}

	async sign(message: Uint8Array, algorithm: SigningAlgorithm, signal?: AbortSignal): Promise<Uint8Array> {
		signal?.throwIfAborted();
		if (this.#key === undefined) throw new TypeError('the signer is closed');
		if (!this.supports(algorithm))
			throw new TokenError('mechanism-missing', `The key does not make ${algorithm.kind} signatures.`, {
				hint: 'Choose an algorithm that suits the certificate.',
			});
		return this.#key.sign(message, algorithm);
	}

	async close(): Promise<void> {
		this.#key = undefined;
	}
}
