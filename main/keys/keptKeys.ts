import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { Certificate } from '../../core/pki/certificate.ts';
import { systemClock } from '../../core/ports/clock.ts';
import type { SignerFacts } from '../../core/ports/signer.ts';
import { TokenError } from '../../core/ports/tokenError.ts';
import {
	certificateProblems,
	defaultMinimumRsaBits,
	problemText,
	remoteCertificateProblems,
} from '../../native/credentials.ts';
import type { CscCredential } from '../../native/csc/credential.ts';
import type { CscAccount } from '../../native/csc/openCscSigner.ts';
import type { Pkcs12Listing } from '../../native/pkcs12Signer.ts';
import type { Identity, IdentityId, KeptKey, KeptKeyId, PinFacts } from '../../preload/contract.ts';
import { certificateSummary } from '../certificateSummary.ts';
import { readJsonFile, writeJsonFile } from '../settings/jsonFile.ts';
import { signerFacts } from './signerFacts.ts';

/** Base64 of DER. */
const der = z.base64();
const keyFile = z.object({
	kind: z.literal('file'),
	id: z.string(),
	name: z.string(),
	certificates: z.array(der),
	chain: z.array(der),
	hasPassword: z.boolean(),
});
const service = z.object({
	kind: z.literal('service'),
	id: z.string(),
	name: z.string(),
	address: z.string(),
	clientId: z.string().optional(),
	credentials: z.array(
		z.object({
			id: z.string(),
			certificate: der,
			chain: z.array(der),
			pin: z.boolean(),
			asks: z.array(z.enum(['code', 'browser', 'elsewhere'])),
			together: z.number(),
			obstacle: z.string().optional(),
		}),
	),
});
const entries = z.array(z.discriminatedUnion('kind', [keyFile, service]));
type Entry = z.infer<typeof entries>[number];
export type KeptService = z.infer<typeof service>;

/** What an identity's id stands for. */
export type KeptIdentity = { readonly certificate: Certificate; readonly signer: SignerFacts } & (
	| { readonly kind: 'file'; readonly path: string }
	| { readonly kind: 'service'; readonly service: KeptService; readonly credential: string }
);

/**
 * Keys that are in no token: copies of key files, as encrypted as they were, and what signing services said of the keys
 * there. Neither a password nor an access token is written down.
 */
export class KeptKeys {
	readonly #folder: string;
	readonly #isTest: (certificate: Certificate, others: readonly Certificate[]) => boolean;
	#entries: readonly Entry[];

	/** @param folder is made when something is kept in it. */
	constructor(folder: string, isTest: (certificate: Certificate, others: readonly Certificate[]) => boolean) {
		this.#folder = folder;
		this.#isTest = isTest;
		const read = entries.safeParse(readJsonFile(this.#list)['keys']);
		this.#entries = read.success ? read.data : [];
	}

	get all(): readonly KeptKey[] {
		return this.#entries.map((entry) => this.#shown(entry));
	}

	/** Undefined for one that is not here. */
	identity(id: IdentityId): KeptIdentity | undefined {
		for (const entry of this.#entries) {
			if (entry.kind === 'file') {
				const found = entry.certificates.find((one) => identityIdOf(entry, one) === id);
				if (!found) continue;
				const certificate = parse(found);
				const signer = signerFacts(certificate, entry.chain.map(parse), noPin);
				return { kind: 'file', path: this.#pathOf(entry), certificate, signer };
			}
			const found = entry.credentials.find((one) => identityIdOf(entry, one.certificate) === id);
			if (!found) continue;
			const certificate = parse(found.certificate);
			const signer = signerFacts(certificate, found.chain.map(parse), { perSignature: asksEachTime(found) });
			return { kind: 'service', service: entry, credential: found.id, certificate, signer };
		}
		return undefined;
	}

	/** Whether a certificate is one of these. */
	holds(certificate: Certificate): boolean {
		return this.all.some(({ identities }) =>
			identities.some((one) => one.certificate.sha256 === certificate.fingerprint.toLowerCase()),
		);
	}

	keepFile(name: string, bytes: Uint8Array, { certificates, chain, hasPassword }: Pkcs12Listing): KeptKey {
		const id = newId();
		const entry: Entry = {
			kind: 'file',
			id,
			name,
			certificates: certificates.map(({ raw }) => base64(raw)),
			chain: chain.map(base64),
			hasPassword,
		};
		mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
		writeFileSync(this.#pathOf(entry), bytes, { mode: 0o600 });
		// The same file once more takes the place of its copy.
		const same = this.#entries.find(
			(one) => one.kind === 'file' && String(one.certificates) === String(entry.certificates),
		);
		if (same) this.forget(same.id);
		return this.#keep(entry);
	}

	keepService({ base, name, credentials }: CscAccount, clientId: string | undefined): KeptKey {
		const same = this.#entries.find((one) => one.kind === 'service' && one.address === base);
		if (same) this.forget(same.id);
		const kept = credentials.map((credential) => ({
			id: credential.id,
			certificate: base64(credential.certificate.raw),
			chain: credential.chain.map(base64),
			pin: wantsPin(credential),
			asks: asksOf(credential),
			together: credential.multisign,
			...(credential.obstacle === undefined ? {} : { obstacle: credential.obstacle }),
		}));
		const client = clientId === undefined ? {} : { clientId };
		return this.#keep({ kind: 'service', id: newId(), name, address: base, ...client, credentials: kept });
	}

	forget(id: string): void {
		const entry = this.#entries.find((one) => one.id === id);
		if (!entry) return;
		if (entry.kind === 'file') rmSync(this.#pathOf(entry), { force: true });
		this.#write(this.#entries.filter((one) => one !== entry));
	}

	#keep(entry: Entry): KeptKey {
		this.#write([...this.#entries, entry]);
		return this.#shown(entry);
	}

	#write(next: readonly Entry[]): void {
		writeJsonFile(this.#list, { keys: next });
		this.#entries = next;
	}

	#shown(entry: Entry): KeptKey {
		// The brand is given here and nowhere else.
		const common = { id: entry.id as KeptKeyId, kind: entry.kind, name: entry.name };
		if (entry.kind === 'file') {
			const others = entry.chain.map(parse);
			const pin: PinFacts = { ...noPin, entry: entry.hasPassword ? 'typed' : 'none' };
			const identities = entry.certificates.map((one) => this.#identityOf(entry, parse(one), others, pin));
			return { ...common, address: null, identities };
		}
		const identities = entry.credentials.map((one) => {
			const pin: PinFacts = { ...noPin, entry: one.pin ? 'typed' : 'none', perSignature: asksEachTime(one) };
			const identity = this.#identityOf(entry, parse(one.certificate), one.chain.map(parse), pin, one.obstacle);
			return { ...identity, asks: one.asks };
		});
		return { ...common, address: entry.address, identities };
	}

	#identityOf(
		entry: Entry,
		certificate: Certificate,
		others: readonly Certificate[],
		pin: PinFacts,
		obstacle?: string,
	): Identity {
		const rules = { now: systemClock.now(), minimumRsaBits: defaultMinimumRsaBits };
		const problems = entry.kind === 'service' ? remoteCertificateProblems : certificateProblems;
		const [problem] = problems(certificate, rules);
		const usable: Identity['usable'] =
			obstacle !== undefined
				? { ok: false, code: 'service-says-no', message: obstacle }
				: problem
					? { ok: false, code: problem, message: problemText(problem, { certificate }) }
					: { ok: true };
		return {
			id: identityIdOf(entry, base64(certificate.raw)),
			holder: entry.kind,
			token: { id: entry.id as KeptKeyId, label: entry.name },
			certificate: certificateSummary(certificate),
			pin,
			asks: [],
			usable,
			test: this.#isTest(certificate, others),
		};
	}

	get #list(): string {
		return join(this.#folder, 'keys.json');
	}

	#pathOf({ id }: Pick<Entry, 'id'>): string {
		return join(this.#folder, `${id}.p12`);
	}
}

/** @throws {TokenError} `key-not-found` for an id that was never given. */
export const unknownIdentity = (): TokenError =>
	new TokenError('key-not-found', 'This certificate is not there any more.', { hint: 'Choose one again.' });

const noPin: PinFacts = {
	entry: 'none',
	state: 'ok',
	triesLeft: null,
	perSignature: false,
	minimumLength: null,
	maximumLength: null,
};

const asksEachTime = ({ together }: KeptService['credentials'][number]): boolean => together < 2;

function wantsPin({ authorization }: CscCredential): boolean {
	return authorization.mode === 'explicit' && authorization.factors.some(({ kind }) => kind === 'pin');
}

function asksOf({ authorization }: CscCredential): ('code' | 'browser' | 'elsewhere')[] {
	if (authorization.mode === 'oauth2code') return ['browser'];
	if (authorization.mode === 'implicit') return ['elsewhere'];
	const kinds = new Set(authorization.factors.map(({ kind }) => kind));
	return [
		...(kinds.has('one-time-code') || kinds.has('requested-code') ? (['code'] as const) : []),
		...(kinds.has('out-of-band') ? (['elsewhere'] as const) : []),
	];
}

/** The same certificate keeps its id, so that a choice survives a restart. */
function identityIdOf({ id }: Pick<Entry, 'id'>, certificate: string): IdentityId {
	// The brand is given here and nowhere else.
	return `${id}.${parse(certificate).fingerprint.slice(0, 40)}` as IdentityId;
}

const newId = (): string => randomBytes(16).toString('base64url');
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
const parse = (text: string): Certificate => Certificate.parse(Buffer.from(text, 'base64'));
