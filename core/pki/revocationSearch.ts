import { ParaphError } from '../ports/errors.ts';
import type { Fetcher } from '../ports/fetcher.ts';
import type { Certificate } from './certificate.ts';
import { CertificateError } from './certificateError.ts';
import { Crl } from './crl.ts';
import { CrlClient } from './crlClient.ts';
import type { DownloadOptions } from './download.ts';
import { OcspClient } from './ocspClient.ts';
import { OcspResponse } from './ocspResponse.ts';
import type { ProofCache, ProofKind } from './proofCache.ts';
import { judgeRevocation } from './revocation.ts';
import type { RevocationStatus } from './revocationEvidence.ts';

/** Addresses asked about one certificate, of each kind. */
const maximumAddresses = 3;
/** Evidence without nextUpdate can be renewed at any time: how long it is taken again. */
const unlimitedLife = 60 * 60 * 1000;
/** Proofs of earlier runs at hand in memory. */
const mostEarlier = 1000;
/** How long an address that failed is left alone, so that a batch does not wait for it with every file. */
const failureLife = 30 * 1000;

export interface RevocationRequest extends DownloadOptions {
	readonly certificate: Certificate;
	readonly issuer: Certificate;
	readonly time: Date;
	readonly issuedAfter?: Date | undefined;
	/** Who else may have signed evidence. */
	readonly certificates: readonly Certificate[];
}

export interface FoundRevocation {
	readonly ocspResponses: readonly OcspResponse[];
	readonly crls: readonly Crl[];
	readonly status: RevocationStatus;
	readonly obstacles: readonly ParaphError[];
}

/**
 * Finds evidence about one certificate: what this run has fetched, then its OCSP responders, then its lists, and where
 * those cannot be reached what earlier runs kept. Stops as soon as the status is known.
 *
 * Earlier runs come last so that a revocation is heard of with the next signature, not when an answer of yesterday ends.
 * One for a run: each thing is asked for once, unless something newer is needed.
 */
export class RevocationSearch {
	readonly #ocsp: OcspClient;
	readonly #crls: CrlClient;
	readonly #cache: ProofCache;
	/** Fetched in this run, by what was asked. */
	readonly #recent = new Map<string, OcspResponse | Crl>();
	/** Kept by earlier runs, read once: what it was found to say need not be found out for each file of a batch. */
	readonly #earlier = new Map<string, Promise<OcspResponse | Crl | undefined>>();
	readonly #underWay = new Map<string, Promise<OcspResponse | Crl>>();
	readonly #failures = new Map<string, { readonly error: ParaphError; readonly until: number }>();

	constructor(fetcher: Fetcher, cache: ProofCache) {
		this.#ocsp = new OcspClient(fetcher);
		this.#crls = new CrlClient(fetcher);
		this.#cache = cache;
	}

	async find(request: RevocationRequest): Promise<FoundRevocation> {
		const { certificate, issuer } = request;
		const gathered = new Gathered(request);
		const key = `${issuer.fingerprint} ${certificate.fingerprint}`;
		const responders = urlsIn(() => certificate.ocspUrls);
		const lists = urlsIn(() => [...certificate.crlUrls, ...certificate.deltaCrlUrls]);

		for (const name of [...responders.map((url) => `${url} ${key}`), ...lists])
			await gathered.consider(async () => this.#recent.get(name), 'fresh');
		for (const url of responders) await gathered.consider(() => this.#ask(url, key, request), 'any');
		for (const url of lists) await gathered.consider(() => this.#fetch(url, request), 'any');
		if (gathered.isUnanswered) {
			// What was kept is better than nothing, and is judged like all else.
			await gathered.consider(() => this.#kept('ocsp', key), 'any');
			for (const url of lists) await gathered.consider(() => this.#kept('crl', url), 'any');
		}
		return gathered.result();
	}

	#kept(kind: Exclude<ProofKind, 'issuers'>, key: string): Promise<OcspResponse | Crl | undefined> {
		const name = `${kind} ${key}`;
		const known = this.#earlier.get(name);
		if (known !== undefined) return known;
		const read = async () => {
			const bytes = await this.#cache.get(kind, key);
			if (bytes === undefined) return undefined;
			return kind === 'ocsp' ? OcspResponse.parse(bytes) : Crl.parse(bytes);
		};
		const reading = read();
		if (this.#earlier.size >= mostEarlier) this.#earlier.clear();
		this.#earlier.set(name, reading);
		return reading;
	}

	#ask(url: string, key: string, request: RevocationRequest): Promise<OcspResponse | Crl> {
		return this.#once(`ocsp ${url} ${key}`, url, async () => {
			const response = await this.#ocsp.ask(url, request.certificate, request.issuer, request);
			this.#recent.set(`${url} ${key}`, response);
			if (response.basic?.find(request.certificate, request.issuer) !== undefined)
				await this.#cache.put('ocsp', key, response.raw);
			return response;
		});
	}

	#fetch(url: string, request: RevocationRequest): Promise<OcspResponse | Crl> {
		return this.#once(`crl ${url}`, url, async () => {
			const crl = await this.#crls.fetch(url, request);
			this.#recent.set(url, crl);
			await this.#cache.put('crl', url, crl.raw);
			return crl;
		});
	}

	async #once(name: string, url: string, run: () => Promise<OcspResponse | Crl>): Promise<OcspResponse | Crl> {
		const failure = this.#failures.get(url);
		if (failure !== undefined && failure.until > Date.now()) throw failure.error;
		const running = this.#underWay.get(name) ?? run().finally(() => this.#underWay.delete(name));
		this.#underWay.set(name, running);
		try {
			return await running;
		} catch (error) {
			if (error instanceof ParaphError && error.code !== 'cancelled')
				this.#failures.set(url, { error, until: Date.now() + failureLife });
			throw error;
		}
	}
}

/** The first few that can be asked at all; none where the extension that names them is damaged. */
function urlsIn(read: () => readonly string[]): readonly string[] {
	try {
		return [...new Set(read())].filter((url) => /^https?:/i.test(url)).slice(0, maximumAddresses);
	} catch (error) {
		if (error instanceof CertificateError) return [];
		throw error;
	}
}

/** What was found so far; once the status is known, nothing more is looked at. */
class Gathered {
	readonly obstacles: ParaphError[] = [];
	readonly #request: RevocationRequest;
	readonly #ocspResponses: OcspResponse[] = [];
	readonly #crls: Crl[] = [];
	#status: RevocationStatus = { status: 'unknown', rejected: [] };

	constructor(request: RevocationRequest) {
		this.#request = request;
	}

	/** @param life whether evidence that could be renewed by now is taken. */
	async consider(find: () => Promise<OcspResponse | Crl | undefined>, life: 'fresh' | 'any'): Promise<void> {
		if (this.#status.status !== 'unknown') return;
		try {
			const found = await find();
			if (found === undefined || (life === 'fresh' && !this.#isFresh(found))) return;
			if (found instanceof Crl) this.#crls.push(found);
			else this.#ocspResponses.push(found);
			this.#judge();
		} catch (error) {
			if (!(error instanceof ParaphError)) throw error;
			this.obstacles.push(error);
		}
	}

	/** Somebody could not be reached, or had no answer to give (`tryLater`). */
	get isUnanswered(): boolean {
		return this.obstacles.length > 0 || this.#ocspResponses.some((response) => response.basic === undefined);
	}

	result(): FoundRevocation {
		return {
			ocspResponses: this.#ocspResponses,
			crls: this.#crls,
			status: this.#status,
			obstacles: this.obstacles,
		};
	}

	/** Whether other signers than the issuer may be relied on is judged with the path; here it is enough that they fit. */
	#judge(): void {
		this.#status = judgeRevocation({
			...this.#request,
			ocspResponses: this.#ocspResponses,
			crls: this.#crls,
			acceptCrlSigner: () => true,
		});
	}

	#isFresh(found: OcspResponse | Crl): boolean {
		const { certificate, issuer, time } = this.#request;
		const update = found instanceof Crl ? found : found.basic?.find(certificate, issuer);
		if (update === undefined) return false;
		const until = update.nextUpdate?.getTime() ?? update.thisUpdate.getTime() + unlimitedLife;
		return until >= time.getTime();
	}
}
