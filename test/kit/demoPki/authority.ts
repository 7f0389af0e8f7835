/** A certification authority: issues, revokes, and says so in CRLs. */
import { createHash, createPrivateKey } from 'node:crypto';
import { context, readDer, Tag } from '../../../core/pki/der.ts';
import { bitString, der, explicit, integer, sequence, time } from '../../../core/pki/derWriter.ts';
import {
	type Addresses,
	authorityKeyIdentifier,
	type CertificateContent,
	distributionPointName,
	encodeName,
	extension,
	makeCertificate,
	type Name,
	newSerial,
} from './certificate.ts';
import { DemoKey, type KeyKind } from './keys.ts';

/** A certificate with its key, and the way up to the root (without it). */
export interface Issued {
	/** DER. */
	readonly certificate: Uint8Array;
	readonly key: DemoKey;
	readonly serial: Uint8Array;
	/** DER of the issuing authorities' certificates, nearest first, without the root. */
	readonly chain: readonly Uint8Array[];
	readonly issuer: Authority;
}

/** What can be asked of a certificate beyond the defaults: one for signing documents, valid for two years. */
export interface IssueOptions
	extends Partial<Omit<CertificateContent, 'subject' | 'issuer' | 'issuerKey' | 'subjectKey'>> {
	readonly commonName: string;
	/** Kind of the key to make, or the key itself. */
	readonly key?: KeyKind | DemoKey;
	/** Subject serialNumber: `PNONO-15038412345`. */
	readonly identifier?: string;
	readonly organization?: string;
}

/** CRLReason (RFC 5280 §5.3.1). */
const reasons = {
	unspecified: 0,
	keyCompromise: 1,
	cACompromise: 2,
	superseded: 4,
	cessationOfOperation: 5,
	certificateHold: 6,
};
export type RevocationReason = keyof typeof reasons;

export interface Revocation {
	readonly at: Date;
	readonly reason: RevocationReason;
}

/** What an authority has to remember from one run to the next, as JSON. */
export interface AuthorityState {
	readonly name: Name;
	readonly keyKind: KeyKind;
	/** PEM of PKCS#8. */
	readonly privateKey: string;
	/** Base64 of DER. */
	readonly certificate: string;
	/** Serial numbers, hexadecimal. */
	readonly issued: readonly string[];
	readonly revoked: readonly { readonly serial: string; readonly at: string; readonly reason: RevocationReason }[];
}

const DAY = 86_400_000;

export class Authority {
	readonly name: Name;
	readonly key: DemoKey;
	readonly certificate: Uint8Array;
	readonly parent: Authority | undefined;
	/** Written into what this authority issues. */
	readonly addresses: Addresses;
	readonly #now: () => Date;
	readonly #revoked = new Map<string, Revocation>();
	readonly #issued = new Set<string>();
	#crlNumber = 0;

	constructor(options: {
		readonly name: Name;
		readonly key: DemoKey;
		readonly certificate: Uint8Array;
		readonly parent?: Authority | undefined;
		readonly addresses: Addresses;
		readonly now: () => Date;
	}) {
		this.name = options.name;
		this.key = options.key;
		this.certificate = options.certificate;
		this.parent = options.parent;
		this.addresses = options.addresses;
		this.#now = options.now;
	}

	/** DER of this authority's certificate and those above it, without the root. */
	get chain(): readonly Uint8Array[] {
		return this.parent === undefined ? [] : [this.certificate, ...this.parent.chain];
	}

	/** An authority as an earlier run left it. */
	static restore(
		state: AuthorityState,
		surroundings: { readonly parent?: Authority; readonly addresses: Addresses; readonly now: () => Date },
	): Authority {
		const authority = new Authority({
			...surroundings,
			name: state.name,
			key: new DemoKey(state.keyKind, createPrivateKey(state.privateKey)),
			certificate: Buffer.from(state.certificate, 'base64'),
		});
		for (const serial of state.issued) authority.#issued.add(serial);
		for (const { serial, at, reason } of state.revoked) authority.#revoked.set(serial, { at: new Date(at), reason });
		return authority;
	}

	get state(): AuthorityState {
		return {
			name: this.name,
			keyKind: this.key.kind,
			privateKey: this.key.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
			certificate: Buffer.from(this.certificate).toString('base64'),
			issued: [...this.#issued],
			revoked: [...this.#revoked].map(([serial, { at, reason }]) => ({ serial, at: at.toISOString(), reason })),
		};
	}

	issue(options: IssueOptions): Issued {
		const { commonName, identifier, key: wanted = 'p256', organization = this.name.organization, ...content } = options;
		const key = typeof wanted === 'string' ? DemoKey.generate(wanted) : wanted;
		const serial = content.serial ?? newSerial();
		const now = this.#now().getTime();
		const certificate = makeCertificate({
			notBefore: new Date(now - DAY),
			notAfter: new Date(now + 730 * DAY),
			keyUsage: ['digitalSignature', 'nonRepudiation'],
			addresses: this.addresses,
			...content,
			serial,
			subject: {
				commonName,
				...(identifier === undefined ? {} : { identifier }),
				...(organization === undefined ? {} : { organization }),
				country: 'NO',
			},
			subjectKey: key,
			issuer: this.name,
			issuerKey: this.key,
		});
		this.#issued.add(hex(serial));
		return { certificate, key, serial, chain: this.chain, issuer: this };
	}

	revoke(issued: Pick<Issued, 'serial'>, revocation: Partial<Revocation> = {}): void {
		this.#revoked.set(hex(issued.serial), { at: this.#now(), reason: 'keyCompromise', ...revocation });
	}

	/** Takes a revocation back, as after a hold. */
	reinstate(issued: Pick<Issued, 'serial'>): void {
		this.#revoked.delete(hex(issued.serial));
	}

	/** `unknown` for a serial number that this authority never issued. */
	statusOf(serial: Uint8Array): 'good' | 'unknown' | Revocation {
		const key = hex(serial);
		return this.#revoked.get(key) ?? (this.#issued.has(key) ? 'good' : 'unknown');
	}

	/** DER of a CRL over everything issued here (RFC 5280 §5). */
	crl(options: { readonly thisUpdate: Date; readonly nextUpdate: Date; readonly signedBy?: DemoKey }): Uint8Array {
		const key = options.signedBy ?? this.key;
		const entries = [...this.#revoked].map(([serial, { at, reason }]) =>
			sequence(
				integer(Buffer.from(serial, 'hex')),
				time(at),
				sequence(extension('2.5.29.21', der(Tag.enumerated, Uint8Array.of(reasons[reason])))),
			),
		);
		const scope = this.addresses.crl === undefined ? [] : [distributionPointName(this.addresses.crl)];
		const toBeSigned = sequence(
			integer(1),
			key.signatureAlgorithm,
			encodeName(this.name),
			time(options.thisUpdate),
			time(options.nextUpdate),
			...(entries.length === 0 ? [] : [sequence(...entries)]),
			explicit(
				0,
				sequence(
					authorityKeyIdentifier(this.key),
					extension('2.5.29.20', integer(++this.#crlNumber)),
					...(scope.length === 0 ? [] : [extension('2.5.29.28', sequence(...scope), true)]),
				),
			),
		);
		return sequence(toBeSigned, key.signatureAlgorithm, bitString(key.sign(toBeSigned)));
	}

	/** Whether an OCSP CertID's hashes name this authority; `algorithm` as node:crypto spells it. */
	isNamedBy(algorithm: string, nameHash: Uint8Array, keyHash: Uint8Array): boolean {
		const digest = (bytes: Uint8Array) => createHash(algorithm).update(bytes).digest();
		const spki = readDer(this.key.publicKeyInfo).read();
		spki.next();
		const keyBits = spki.next().content.subarray(1);
		return digest(encodeName(this.name)).equals(nameHash) && digest(keyBits).equals(keyHash);
	}
}

/** RevokedInfo of an OCSP response (RFC 6960 §4.2.1), `[1] IMPLICIT`. */
export function revokedInfo({ at, reason }: Revocation, generalizedTime: (date: Date) => Uint8Array): Uint8Array {
	return der(context(1), generalizedTime(at), explicit(0, der(Tag.enumerated, Uint8Array.of(reasons[reason]))));
}

const hex = (serial: Uint8Array): string => Buffer.from(serial).toString('hex');
