/** Chains, OCSP responses and CRLs for signatures: from what is at hand, then from the network, each asked for once. */
import { names } from '../cms/checkSigner.ts';
import { parseSignedData } from '../cms/signedData.ts';
import { Certificate } from '../pki/certificate.ts';
import { CertificateError } from '../pki/certificateError.ts';
import { CertificateReader } from '../pki/certificateReader.ts';
import { IssuerSearch } from '../pki/issuerSearch.ts';
import { MemoryProofCache, type ProofCache } from '../pki/proofCache.ts';
import { judgeRevocation } from '../pki/revocation.ts';
import type { RevocationEvidence, RevocationStatus } from '../pki/revocationEvidence.ts';
import { RevocationSearch } from '../pki/revocationSearch.ts';
import type { ValidationData } from '../pki/validationData.ts';
import type { Clock } from '../ports/clock.ts';
import { type AddressOrigin, type Fetcher, NetworkError } from '../ports/fetcher.ts';
import type { TrustAnchor } from '../ports/trustSource.ts';
import { type Chain, ChainFinder } from './chainFinder.ts';
import type { Evidence, EvidenceSource, Standing } from './completeDraft.ts';
import { SigningError } from './signingError.ts';

export interface EvidenceCollectorOptions {
	readonly fetcher: Fetcher;
	readonly clock: Clock;
	/** What earlier runs fetched; without it, what this one does. */
	readonly cache?: ProofCache | undefined;
	readonly anchors: readonly TrustAnchor[];
	/** From files. */
	readonly data: ValidationData;
	/** Who wrote the addresses in the chain of a signer's certificate. */
	readonly origin: (signer: Certificate) => AddressOrigin;
}

/** The check before signing must not keep anyone waiting for a responder that does not answer. */
const patienceBeforeSigning = 6_000;
/** A responder's certificate may want an answer of its own, whose responder … no deeper than this. */
const maximumDepth = 3;

interface Gathered {
	readonly certificates: Map<string, Certificate>;
	/** Fingerprints of those whose proof was looked for. */
	readonly proved: Set<string>;
	readonly ocspResponses: Map<string, Uint8Array>;
	readonly crls: Map<string, Uint8Array>;
	readonly warnings: Set<string>;
	failure: Error | undefined;
}

interface Proof {
	readonly status: RevocationStatus;
	readonly older: boolean;
	readonly failure: Error | undefined;
}

export class EvidenceCollector implements EvidenceSource {
	readonly #options: EvidenceCollectorOptions;
	readonly #chains: ChainFinder;
	readonly #reader = new CertificateReader();
	readonly #revocations: RevocationSearch;
	readonly #known: { ocspResponses: ValidationData['ocspResponses']; crls: ValidationData['crls'] };
	/** What is being asked or was asked, by certificate and time. */
	readonly #asked = new Map<string, Promise<Proof>>();

	constructor(options: EvidenceCollectorOptions) {
		this.#options = options;
		const anchors = options.anchors.map((anchor) => Certificate.parse(anchor.certificate));
		const cache = options.cache ?? new MemoryProofCache();
		this.#chains = new ChainFinder(new IssuerSearch(options.fetcher, cache), anchors, options.data.certificates);
		this.#revocations = new RevocationSearch(options.fetcher, cache);
		this.#known = { ocspResponses: options.data.ocspResponses, crls: options.data.crls };
	}

	async standing(der: Uint8Array, chain: readonly Uint8Array[], signal: AbortSignal | undefined): Promise<Standing> {
		const certificate = this.#reader.parse(der);
		const patience = AbortSignal.timeout(patienceBeforeSigning);
		const both = signal ? AbortSignal.any([signal, patience]) : patience;
		this.#chains.learn(parseAll(chain, this.#reader));
		const origin = this.#options.origin(certificate);
		const found = await this.#chains.find(certificate, origin, this.#options.clock.now(), both);
		const issuers = found.certificates.slice(1);
		const [issuer] = issuers;
		const result = { chain: issuers.map(({ raw }) => raw), revoked: undefined, warnings: [] };
		if (!issuer || !mayAsk(origin, found)) return result;
		const { status, failure } = await this.#prove(certificate, issuer, found, origin, undefined, both);
		if (status.status === 'revoked') return { ...result, revoked: { at: status.at, reason: status.reason } };
		const isWanting = status.status === 'unknown' && failure !== undefined && !isOffline(failure);
		return isWanting ? { ...result, warnings: ['revocation-not-checked'] } : result;
	}

	async collect(
		signatures: readonly Uint8Array[],
		notBefore: Date | undefined,
		signal: AbortSignal | undefined,
	): Promise<Evidence> {
		const gathered: Gathered = {
			certificates: new Map(),
			proved: new Set(),
			ocspResponses: new Map(),
			crls: new Map(),
			warnings: new Set(),
			failure: undefined,
		};
		for (const signature of signatures) {
			const { certificates: carried, signerInfos } = parseSignedData(signature);
			const certificates = parseAll(carried, this.#reader);
			this.#chains.learn(certificates);
			for (const signerInfo of signerInfos) {
				const signer = certificates.find((certificate) => names(signerInfo, certificate));
				if (signer) await this.#gather(signer, this.#options.origin(signer), notBefore, gathered, signal, 0);
				else gathered.failure ??= missing('the signature does not carry its certificate');
			}
		}
		return {
			material: {
				certificates: [...gathered.certificates.values()].map(({ raw }) => raw),
				ocspResponses: [...gathered.ocspResponses.values()],
				crls: [...gathered.crls.values()],
			},
			warnings: [...gathered.warnings],
			failure: gathered.failure,
		};
	}

	/** The chain of a signer with proof for each certificate in it, and for whoever signed the proof. */
	async #gather(
		signer: Certificate,
		origin: AddressOrigin,
		notBefore: Date | undefined,
		into: Gathered,
		signal: AbortSignal | undefined,
		depth: number,
	): Promise<void> {
		const chain = await this.#chains.find(signer, origin, this.#options.clock.now(), signal);
		const { certificates } = chain;
		for (const certificate of certificates) into.certificates.set(certificate.fingerprint, certificate);
		if (!chain.complete) {
			into.failure ??= chain.failure ?? missing(`the issuer of ${certificates.at(-1)?.subject.text} was not found`);
			return;
		}
		for (let index = 0; index < certificates.length - 1; index++) {
			const [certificate, issuer] = [certificates[index], certificates[index + 1]];
			if (!certificate || !issuer || into.proved.has(certificate.fingerprint)) continue;
			into.proved.add(certificate.fingerprint);
			// A responder that needs no answer of its own (RFC 6960 §4.2.2.2.1).
			if (certificate.hasOcspNoCheck) continue;
			await this.#proveInto(certificate, issuer, chain, origin, notBefore, into, signal, depth);
		}
	}

	async #proveInto(
		certificate: Certificate,
		issuer: Certificate,
		chain: Chain,
		origin: AddressOrigin,
		notBefore: Date | undefined,
		into: Gathered,
		signal: AbortSignal | undefined,
		depth: number,
	): Promise<void> {
		if (!mayAsk(origin, chain)) {
			into.failure ??= missing(`the chain of ${certificate.subject.text} does not reach a trust anchor`);
			return;
		}
		const { status, older, failure } = await this.#prove(certificate, issuer, chain, origin, notBefore, signal);
		if (status.status === 'unknown') {
			into.failure ??= failure ?? missing(`nothing says whether ${certificate.subject.text} is revoked`);
			return;
		}
		if (status.status === 'revoked') {
			into.failure ??= new SigningError(
				'certificate-revoked',
				`the certificate of ${certificate.subject.text} was revoked at ${status.at.toISOString()} (${status.reason})`,
				{ subject: certificate.subject.text },
			);
			return;
		}
		if (older) into.warnings.add('revocation-older-than-signature');
		for (const evidence of status.evidence) {
			keep(evidence, into);
			const signer = evidence.signer;
			if (!signer.equals(issuer) && !into.certificates.has(signer.fingerprint) && depth < maximumDepth) {
				if (evidence.kind === 'ocsp') this.#chains.learn(evidence.basic.certificates);
				await this.#gather(signer, origin, notBefore, into, signal, depth + 1);
			}
		}
	}

	/** Asks once for each certificate and time. */
	#prove(
		certificate: Certificate,
		issuer: Certificate,
		chain: Chain,
		origin: AddressOrigin,
		notBefore: Date | undefined,
		signal: AbortSignal | undefined,
	): Promise<Proof> {
		const key = `${certificate.fingerprint} ${notBefore?.getTime() ?? 'any'}`;
		const known = this.#asked.get(key);
		if (known) return known;
		const proof = this.#ask(certificate, issuer, chain, origin, notBefore, signal);
		this.#asked.set(key, proof);
		return proof;
	}

	async #ask(
		certificate: Certificate,
		issuer: Certificate,
		chain: Chain,
		origin: AddressOrigin,
		notBefore: Date | undefined,
		signal: AbortSignal | undefined,
	): Promise<Proof> {
		// Times in responses have whole seconds.
		const issuedAfter = notBefore && new Date(Math.floor(notBefore.getTime() / 1000) * 1000);
		const judge = (after: Date | undefined): RevocationStatus =>
			judgeRevocation({
				certificate,
				issuer,
				...this.#known,
				certificates: [...chain.certificates, ...this.#options.data.certificates],
				time: this.#options.clock.now(),
				issuedAfter: after,
				acceptCrlSigner: (signer) => signer.isSignedBy(issuer.publicKey),
			});
		const known = judge(issuedAfter);
		if (known.status !== 'unknown') return { status: known, older: false, failure: undefined };
		const found = await this.#revocations.find({
			certificate,
			issuer,
			certificates: chain.certificates,
			time: this.#options.clock.now(),
			issuedAfter,
			origin,
			signal,
		});
		this.#known.ocspResponses = [...this.#known.ocspResponses, ...found.ocspResponses];
		this.#known.crls = [...this.#known.crls, ...found.crls];
		const status = judge(issuedAfter);
		const failure = found.obstacles.at(-1);
		if (status.status !== 'unknown' || !issuedAfter) return { status, older: false, failure };
		return { status: judge(undefined), older: true, failure };
	}
}

/** Addresses in a stranger's certificate are used only once its chain is known to lead to someone trusted. */
const mayAsk = (origin: AddressOrigin, chain: Chain): boolean => origin !== 'stranger' || chain.anchored;

function keep(evidence: RevocationEvidence, into: Gathered): void {
	if (evidence.kind === 'ocsp') into.ocspResponses.set(keyOf(evidence.response.raw), evidence.response.raw);
	else {
		for (const crl of [evidence.crl, evidence.delta]) if (crl) into.crls.set(keyOf(crl.raw), crl.raw);
	}
}

const keyOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

const isOffline = (error: Error): boolean => error instanceof NetworkError && error.code === 'offline';

const missing = (message: string): NetworkError =>
	new NetworkError('unreachable', message, {
		hint: 'Name the missing certificates or revocation data with --validation-data, or the anchor with --trust.',
	});

function parseAll(certificates: readonly Uint8Array[], reader: CertificateReader): readonly Certificate[] {
	return certificates.flatMap((der) => {
		try {
			return [reader.parse(der)];
		} catch (error) {
			// What cannot be read cannot be part of a chain.
			if (error instanceof CertificateError) return [];
			throw error;
		}
	});
}
