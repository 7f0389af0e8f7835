import { type Clock, systemClock } from '../../core/ports/clock.ts';
import { CadesMaker } from './cadesMaker.ts';
import type { KeyKind } from './demoPki/keys.ts';
import { type DemoPki, type Issued, startDemoPki } from './demoPki.ts';
import { ProofDesk } from './proofDesk.ts';
import type { ValidationMaterial } from './xadesMaker.ts';

/** A PKI with all that asks it, at a time of its own. */
export class ProofPlace implements AsyncDisposable {
	readonly pki: DemoPki;
	readonly desk: ProofDesk;
	readonly clock: Clock;

	private constructor(pki: DemoPki, clock: Clock) {
		this.pki = pki;
		this.clock = clock;
		this.desk = new ProofDesk(pki, clock);
	}

	/** @param key of its authorities. */
	static async open(clock: Clock = systemClock, key: KeyKind = 'p256'): Promise<ProofPlace> {
		return new ProofPlace(await startDemoPki({ clock, key }), clock);
	}

	/** What proves the certificates of a signer. */
	dataOn(signer: Issued): Promise<ValidationMaterial> {
		return this.dataOnToken(CadesMaker.sign(new Uint8Array(), signer, this.clock.now()).bytes);
	}

	/** What proves the certificates of whoever signed tokens, or other CMS objects. */
	async dataOnToken(...tokens: readonly Uint8Array[]): Promise<ValidationMaterial> {
		const { material, failure } = await this.desk.evidence().collect(tokens, this.clock.now(), undefined);
		if (failure) throw failure;
		return material;
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.desk[Symbol.asyncDispose]();
		await this.pki.close();
	}
}

const DAY = 86_400_000;
/** All certificates of a demo PKI last two years: those of the signature have expired, those of its archive have not. */
export const signedAt = Math.floor(Date.now() / 1000) * 1000 - 3 * 365 * DAY;
export const archivedAt = signedAt + 540 * DAY;

/** Where something was signed, and where it was archived before it expired. */
export class TwoPlaces implements AsyncDisposable {
	readonly atSigning: ProofPlace;
	readonly atArchive: ProofPlace;

	private constructor(atSigning: ProofPlace, atArchive: ProofPlace) {
		this.atSigning = atSigning;
		this.atArchive = atArchive;
	}

	static async open(): Promise<TwoPlaces> {
		const at = (time: number) => ProofPlace.open({ now: () => new Date(time) });
		return new TwoPlaces(await at(signedAt), await at(archivedAt));
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.atSigning[Symbol.asyncDispose]();
		await this.atArchive[Symbol.asyncDispose]();
	}
}
