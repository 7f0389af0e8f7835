/**
 * A public-key infrastructure on loopback, whole and fast to make: root → issuing CA → signers, with OCSP, CRL, AIA and a
 * time-stamping authority over HTTP, and a switch for each way they fail. For tests, `paraph demo-pki` and `npm start`.
 */
import { type Clock, systemClock } from '../../core/ports/clock.ts';
import type { TrustAnchor } from '../../core/ports/trustSource.ts';
import {
	Authority,
	type AuthorityState,
	type Issued,
	type IssueOptions,
	type Revocation,
} from './demoPki/authority.ts';
import { type Addresses, makeCertificate, type Name, newSerial } from './demoPki/certificate.ts';
import { DemoKey, type KeyKind } from './demoPki/keys.ts';
import { type OcspFault, OcspResponder, ocspFaults } from './demoPki/ocspResponder.ts';
import { type Answer, type Call, Service } from './demoPki/service.ts';
import { TimestampAuthority, type TsaFault, tsaFaults } from './demoPki/timestampAuthority.ts';

export type { Issued } from './demoPki/authority.ts';
export { type KeyKind, keyKinds } from './demoPki/keys.ts';

/** What a CRL can have wrong with it. */
const crlFaults = [
	/** thisUpdate two hours ago, nextUpdate still to come: sound, but older than a signature made now. */
	'old',
	/** nextUpdate an hour ago. */
	'stale',
	/** Signed by another key than the authority's. */
	'unauthorised-signer',
] as const;
export type CrlFault = (typeof crlFaults)[number];

export interface DemoPkiOptions {
	/** The time that certificates, answers and stamps carry. */
	readonly clock?: Clock;
	/** Kind of the CAs' keys and the TSA's: `p256` where it is left out, being quick to make. */
	readonly key?: KeyKind;
	/** False: nothing in the root tells that it is made for tests, as in the PKIs people have. */
	readonly testAnchor?: boolean;
	/** Begins the names of its authorities. */
	readonly name?: string;
	/** What an earlier run left: the same authorities at the same addresses; `key` and `name` are then not looked at. */
	readonly state?: DemoPkiState;
}

/** As JSON: what makes a later run the same PKI, private keys included. */
export interface DemoPkiState {
	readonly ports: { readonly ocsp: number; readonly repository: number; readonly tsa: number };
	readonly root: AuthorityState;
	readonly issuing: AuthorityState;
}

const HOUR = 3_600_000;
const YEAR = 365 * 24 * HOUR;

export class DemoPki implements AsyncDisposable {
	readonly root: Authority;
	readonly issuing: Authority;
	/** Status of certificates; POST and GET. */
	readonly ocsp: Service<OcspFault>;
	/** CRLs and CA certificates: `/root.crl`, `/issuing.crl`, `/root.cer`, `/issuing.cer`. */
	readonly repository: Service<CrlFault>;
	readonly tsa: Service<TsaFault>;
	readonly timestampAuthority: TimestampAuthority;
	readonly #clock: Clock;

	private constructor(parts: {
		root: Authority;
		issuing: Authority;
		ocsp: Service<OcspFault>;
		repository: Service<CrlFault>;
		tsa: Service<TsaFault>;
		timestampAuthority: TimestampAuthority;
		clock: Clock;
	}) {
		this.#clock = parts.clock;
		this.root = parts.root;
		this.issuing = parts.issuing;
		this.ocsp = parts.ocsp;
		this.repository = parts.repository;
		this.tsa = parts.tsa;
		this.timestampAuthority = parts.timestampAuthority;
	}

	static async start(options: DemoPkiOptions = {}): Promise<DemoPki> {
		const { clock = systemClock, key = 'p256', name = 'Paraph Demo', testAnchor = true, state } = options;
		const now = () => clock.now();
		const started = new AsyncDisposableStack();
		try {
			const { root, issuing, ocsp, repository } = await startAuthorities({
				now,
				key,
				name,
				testAnchor,
				state,
				started,
			});
			const timestampAuthority = new TimestampAuthority(issuing, root.key.kind, now);
			const tsa = new Service(tsaFaults, (call, fault) => answerTimestamp(timestampAuthority, call, fault), {
				port: state?.ports.tsa,
			});
			await started.use(tsa).start();
			return new DemoPki({ root, issuing, ocsp, repository, tsa, timestampAuthority, clock });
		} catch (error) {
			await started.disposeAsync();
			throw error;
		}
	}

	/** The root, marked as made for tests. */
	get anchors(): readonly TrustAnchor[] {
		return [{ certificate: this.root.certificate, test: true, source: 'demo PKI' }];
	}

	/** For `startDemoPki({ state })` in a later run. */
	get state(): DemoPkiState {
		const { ocsp, repository, tsa } = this;
		return {
			ports: { ocsp: ocsp.port, repository: repository.port, tsa: tsa.port },
			root: this.root.state,
			issuing: this.issuing.state,
		};
	}

	/** PEM of the root: what `--trust` takes. */
	get anchorPem(): string {
		return pem(this.root.certificate);
	}

	/** A signer's certificate (non-repudiation, all addresses, two years) with its key; each default can be overridden. */
	issue(options: Partial<IssueOptions> = {}): Issued {
		return this.issuing.issue({ commonName: 'Kari Nordmann', organization: 'Fjord & Sønner AS', ...options });
	}

	issueExpired(options: Partial<IssueOptions> = {}): Issued {
		const now = this.#clock.now().getTime();
		return this.issue({ notBefore: new Date(now - 2 * YEAR), notAfter: new Date(now - 24 * HOUR), ...options });
	}

	issueNotYetValid(options: Partial<IssueOptions> = {}): Issued {
		const now = this.#clock.now().getTime();
		return this.issue({ notBefore: new Date(now + 24 * HOUR), notAfter: new Date(now + YEAR), ...options });
	}

	/** From now on OCSP and the CRL call it revoked. */
	revoke(issued: Issued, revocation: Partial<Revocation> = {}): void {
		issued.issuer.revoke(issued, revocation);
	}

	async close(): Promise<void> {
		await Promise.all([this.ocsp.close(), this.repository.close(), this.tsa.close()]);
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.close();
	}
}

/** Starts a demo PKI; several can run side by side. Close it when done. */
export const startDemoPki = (options: DemoPkiOptions = {}): Promise<DemoPki> => DemoPki.start(options);

/** One PEM block. */
export const pem = (certificate: Uint8Array, label = 'CERTIFICATE'): string =>
	`-----BEGIN ${label}-----\n${Buffer.from(certificate)
		.toString('base64')
		.replace(/.{64}(?=.)/g, '$&\n')}\n-----END ${label}-----\n`;

/** The servers come first, since certificates carry their addresses. */
async function startAuthorities(options: {
	now: () => Date;
	key: KeyKind;
	name: string;
	testAnchor: boolean;
	state: DemoPkiState | undefined;
	started: AsyncDisposableStack;
}) {
	const { now, key, name, testAnchor, state, started } = options;
	const published = new Map<string, (fault: CrlFault | undefined) => Answer>();
	const repository = new Service(crlFaults, (call, fault) => published.get(call.path)?.(fault) ?? notFound, {
		port: state?.ports.repository,
	});
	const responder: { current: OcspResponder | undefined } = { current: undefined };
	const ocsp = new Service(ocspFaults, (call, fault) => answerStatus(responder.current, call, fault), {
		port: state?.ports.ocsp,
	});
	await started.use(repository).start();
	await started.use(ocsp).start();

	const addressesOf = (file: string): Addresses => ({
		ocsp: ocsp.url,
		caIssuers: `${repository.url}/${file}.cer`,
		crl: `${repository.url}/${file}.crl`,
	});
	const rootSurroundings = { now, addresses: addressesOf('root') };
	const issuingSurroundings = { now, addresses: addressesOf('issuing') };
	const root = state
		? Authority.restore(state.root, rootSurroundings)
		: makeRoot(name, key, testAnchor, rootSurroundings);
	const issuing = state
		? Authority.restore(state.issuing, { ...issuingSurroundings, parent: root })
		: makeIssuing(root, `${name} Issuing CA`, issuingSurroundings);
	for (const [file, authority] of [
		['root', root],
		['issuing', issuing],
	] as const) {
		published.set(`/${file}.cer`, () => ({ contentType: 'application/pkix-cert', body: authority.certificate }));
		published.set(`/${file}.crl`, (fault) => publishCrl(authority, now(), fault));
	}
	responder.current = new OcspResponder([root, issuing], now);
	return { root, issuing, ocsp, repository };
}

interface Surroundings {
	readonly now: () => Date;
	readonly addresses: Addresses;
}

function makeRoot(
	organization: string,
	kind: KeyKind,
	testAnchor: boolean,
	{ now, addresses }: Surroundings,
): Authority {
	const key = DemoKey.generate(kind);
	const name: Name = { commonName: `${organization} Root CA`, organization, country: 'NO' };
	const certificate = makeCertificate({
		subject: name,
		subjectKey: key,
		issuer: name,
		issuerKey: key,
		serial: newSerial(),
		notBefore: new Date(now().getTime() - 10 * YEAR),
		notAfter: new Date(now().getTime() + 20 * YEAR),
		ca: {},
		keyUsage: ['keyCertSign', 'cRLSign'],
		testAnchor,
	});
	return new Authority({ name, key, certificate, addresses, now });
}

function makeIssuing(root: Authority, commonName: string, { now, addresses }: Surroundings): Authority {
	const issued = root.issue({
		commonName,
		key: root.key.kind,
		notBefore: new Date(now().getTime() - 9 * YEAR),
		notAfter: new Date(now().getTime() + 10 * YEAR),
		ca: { pathLength: 0 },
		keyUsage: ['keyCertSign', 'cRLSign'],
	});
	const name: Name = { ...root.name, commonName };
	return new Authority({ name, key: issued.key, certificate: issued.certificate, parent: root, addresses, now });
}

const notFound: Answer = { status: 404, contentType: 'text/plain', body: Buffer.from('not found\n') };

function publishCrl(authority: Authority, now: Date, fault: CrlFault | undefined): Answer {
	const early = fault === 'old' || fault === 'stale';
	const body = authority.crl({
		thisUpdate: new Date(now.getTime() - (early ? 2 * HOUR : 0)),
		nextUpdate: new Date(now.getTime() + (fault === 'stale' ? -HOUR : 24 * HOUR)),
		...(fault === 'unauthorised-signer' ? { signedBy: DemoKey.generate(authority.key.kind) } : {}),
	});
	return { contentType: 'application/pkix-crl', body };
}

function answerStatus(responder: OcspResponder | undefined, call: Call, fault: OcspFault | undefined): Answer {
	if (responder === undefined) return notFound;
	// RFC 6960 appendix A.1: GET carries the request as URL-encoded base64 in the path.
	const request =
		call.method === 'POST' ? call.body : Buffer.from(decodeURIComponent(call.path.replace(/^\/+/, '')), 'base64');
	return { contentType: 'application/ocsp-response', body: responder.answer(request, fault) };
}

function answerTimestamp(authority: TimestampAuthority, call: Call, fault: TsaFault | undefined): Answer {
	if (call.method !== 'POST') return { ...notFound, status: 405 };
	return { contentType: 'application/timestamp-reply', body: authority.answer(call.body, fault) };
}
