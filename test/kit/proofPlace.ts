import { buildSignedData } from '../../core/cms/buildSignedData.ts';
import { buildSignedAttributes } from '../../core/cms/signedAttributes.ts';
import { type Clock, systemClock } from '../../core/ports/clock.ts';
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
		const signedAttributes = buildSignedAttributes({
			messageDigest: new Uint8Array(32),
			certificate: signer.certificate,
			certificateDigest: 'sha256',
			signingTime: this.clock.now(),
		});
		const cms = buildSignedData({
			certificate: signer.certificate,
			chain: signer.chain,
			signedAttributes,
			digest: 'sha256',
			algorithm: { kind: 'ecdsa', digest: 'sha256' },
			signature: signer.key.sign(signedAttributes),
		});
		return this.dataOnToken(cms);
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
