/** A key of a remote signing service as a {@link Signer} (Cloud Signature Consortium API v1.0.4 and v2). */
import { digest as digestOf } from '../../core/pki/digest.ts';
import { verifySignature } from '../../core/pki/signature.ts';
import type { SigningAlgorithm } from '../../core/ports/algorithms.ts';
import type { Signer, SignerGroups } from '../../core/ports/signer.ts';
import { TokenError } from '../../core/ports/tokenError.ts';
import { signatureValue } from '../mechanism.ts';
import { type Activation, type ActivationMeans, activate } from './activation.ts';
import { unreadableAnswer } from './cscError.ts';
import { type RemoteAlgorithm, remoteAlgorithm } from './remoteAlgorithm.ts';

/** However many a service allows at once, so many files are kept in hand. */
const largestGroup = 256;
/** A remote HSM may be busy. */
const signTimeout = 120_000;

/**
 * Each authorisation is got for exactly the hashes in hand and used at once. Where it ends before the service has signed,
 * it is got once more for the same hashes; then the failure is told. A refusal ends the signer for good.
 */
export class CscSigner implements Signer {
	readonly certificate: Uint8Array;
	readonly chain: readonly Uint8Array[];
	readonly groups: SignerGroups | undefined;
	readonly #means: ActivationMeans;
	/** One authorisation after another: the person is asked one thing at a time. */
	#turn: Promise<unknown> = Promise.resolve();
	#refused: TokenError | undefined;

	constructor(means: ActivationMeans) {
		const { certificate, chain, multisign } = means.credential;
		this.#means = means;
		this.certificate = certificate.raw;
		this.chain = chain;
		this.groups =
			multisign < 2
				? undefined
				: {
						size: Math.min(multisign, largestGroup),
						sign: (messages, algorithm, signal) => this.#signTogether(messages, algorithm, signal),
					};
	}

	/** What lets in whoever has it, where the service gave such a thing: good for further signers, for some time. */
	get accessToken(): string | undefined {
		const { access } = this.#means;
		return access !== undefined && 'bearer' in access ? access.bearer : undefined;
	}

	/** A group waits for its last file, so more than one has to be under way. */
	get authentication(): 'once' | 'per-signature' {
		return this.groups === undefined ? 'per-signature' : 'once';
	}

	supports(algorithm: SigningAlgorithm): boolean {
		return this.#remote(algorithm) !== undefined;
	}

	async sign(message: Uint8Array, algorithm: SigningAlgorithm, signal?: AbortSignal): Promise<Uint8Array> {
		const [value] = await this.#signTogether([message], algorithm, signal);
		if (value instanceof Uint8Array) return value;
		throw value;
	}

	/** Nothing is held open; what was authorised ends by itself. */
	async close(): Promise<void> {}

	#signTogether(
		messages: readonly Uint8Array[],
		algorithm: SigningAlgorithm,
		signal: AbortSignal | undefined,
	): Promise<readonly (Uint8Array | TokenError)[]> {
		const turn = this.#turn.then(() => this.#signNow(messages, algorithm, signal));
		this.#turn = turn.catch(() => {});
		return turn;
	}

	async #signNow(
		messages: readonly Uint8Array[],
		algorithm: SigningAlgorithm,
		signal: AbortSignal | undefined,
	): Promise<readonly (Uint8Array | TokenError)[]> {
		if (this.#refused !== undefined) throw this.#refused;
		signal?.throwIfAborted();
		const remote = this.#remote(algorithm);
		if (remote === undefined) throw this.#unsupported(algorithm);
		const hashes = messages.map((message) => digestOf(remote.digest, message));
		try {
			const values = await this.#signAuthorized(hashes, remote, signal);
			return messages.map((message, index) => this.#checked(message, algorithm, values[index]));
		} catch (error) {
			if (error instanceof TokenError && error.final) this.#refused = error;
			throw error;
		}
	}

	async #signAuthorized(
		hashes: readonly Uint8Array[],
		remote: RemoteAlgorithm,
		signal: AbortSignal | undefined,
	): Promise<readonly Uint8Array[]> {
		const authorized = (): Promise<Activation> => activate(this.#means, hashes, remote.digest, signal);
		const first = await authorized();
		try {
			return await this.#signHash(first, hashes, remote, signal);
		} catch (error) {
			if (!(error instanceof TokenError) || error.code !== 'authorisation-expired') throw error;
			return this.#signHash(await authorized(), hashes, remote, signal);
		}
	}

	/** v2 §11.10, v1.0.4 §11.9. */
	async #signHash(
		{ sad, access, expires }: Activation,
		hashes: readonly Uint8Array[],
		remote: RemoteAlgorithm,
		signal: AbortSignal | undefined,
	): Promise<readonly Uint8Array[]> {
		const { service, credential } = this.#means;
		const { client, version } = service;
		if (performance.now() > expires) throw expired(client.service);
		const encoded = hashes.map((hash) => Buffer.from(hash).toString('base64'));
		const { signAlgo, hashAlgorithm, signAlgoParams } = remote;
		const input = {
			credentialID: credential.id,
			...(sad === undefined ? {} : { SAD: sad }),
			...(version === 1 ? { hash: encoded } : { hashes: encoded }),
			...(hashAlgorithm === undefined ? {} : { [version === 1 ? 'hashAlgo' : 'hashAlgorithmOID']: hashAlgorithm }),
			signAlgo,
			...(signAlgoParams === undefined ? {} : { signAlgoParams }),
		};
		const method = 'signatures/signHash';
		const { answer } = await client.call(method, input, { credentials: access, signal, timeout: signTimeout });
		const values = answer.texts('signatures');
		if (values.length !== hashes.length) {
			throw unreadableAnswer(client.service, method, `${values.length} signatures for ${hashes.length} hashes`);
		}
		return values.map((value) => Buffer.from(value, 'base64'));
	}

	/** A service that gives a wrong value must not reach a document. */
	#checked(message: Uint8Array, algorithm: SigningAlgorithm, given: Uint8Array | undefined): Uint8Array | TokenError {
		const { service, credential } = this.#means;
		if (given !== undefined && given.length > 0) {
			// The API leaves the form of ECDSA values open, and services differ.
			const value = signatureValue(algorithm.kind === 'ecdsa' ? 'ecdsa-raw' : 'as-is', given);
			if (verifySignature(credential.certificate.publicKey, algorithm, message, value)) return value;
		}
		return new TokenError(
			'signature-invalid',
			`${service.name} gave a value that the certificate of '${credential.id}' does not verify.`,
			{ hint: 'Nothing was written: tell the provider of the signing service.', subject: service.client.service },
		);
	}

	#remote(algorithm: SigningAlgorithm): RemoteAlgorithm | undefined {
		const { certificate, algorithms } = this.#means.credential;
		const { kind } = certificate.publicKey;
		const fits =
			kind === 'rsa'
				? algorithm.kind === 'rsa-pkcs1' || algorithm.kind === 'rsa-pss'
				: kind === 'ec'
					? algorithm.kind === 'ecdsa'
					: algorithm.kind === kind;
		return fits ? remoteAlgorithm(algorithms, algorithm) : undefined;
	}

	#unsupported(algorithm: SigningAlgorithm): TokenError {
		const { service, credential } = this.#means;
		return new TokenError(
			'mechanism-missing',
			`${service.name} does not make ${algorithm.kind} signatures with the key '${credential.id}'.`,
			{ hint: 'Choose another digest, or RSA-PSS (--digest, --pss), or another key.', subject: service.client.service },
		);
	}
}

const expired = (service: string): TokenError =>
	new TokenError('authorisation-expired', `The authorisation of ${service} had ended before it was used.`, {
		hint: 'Nothing is lost: run the command again and authorise at once when asked.',
		subject: service,
	});
