/** A PIV card application (NIST SP 800-73-4, part 2): as much of it as a card reader's software needs to sign. */
import { constants, type KeyObject, privateDecrypt, randomBytes } from 'node:crypto';
import { p256, p384 } from '@noble/curves/nist.js';
import type { Issued } from '../demoPki.ts';
import { type CommandApdu, readTlvs, status, tlv } from './apdu.ts';

/** `9C` wants the PIN for every signature, `9A` once. */
export type PivKey = '9A' | '9C';

export interface PivAppletOptions {
	readonly keys: Partial<Readonly<Record<PivKey, Issued>>>;
	/** Six to eight digits. */
	readonly pin: string;
	/** Wrong PINs in a row that lock the card. */
	readonly tries: number;
}

const pivAid = 'a000000308';
const certificateObjects: Readonly<Record<PivKey, string>> = { '9A': '5fc105', '9C': '5fc10a' };
const algorithms = { rsa2048: 0x07, p256: 0x11, p384: 0x14 } as const;

export class PivApplet {
	readonly #keys: PivAppletOptions['keys'];
	readonly #pin: Buffer;
	readonly #maximumTries: number;
	readonly #objects: ReadonlyMap<string, Buffer>;
	#tries: number;
	/** VERIFY succeeded since power on. */
	#verified = false;
	/** … and nothing came after it: what 9C wants. */
	#justVerified = false;
	#chained = Buffer.alloc(0);
	#response = Buffer.alloc(0);
	/** How often a PIN was presented, right or wrong. */
	verifications = 0;
	signatures = 0;

	constructor({ keys, pin, tries }: PivAppletOptions) {
		this.#keys = keys;
		this.#pin = Buffer.alloc(8, 0xff);
		this.#pin.write(pin);
		this.#maximumTries = tries;
		this.#tries = tries;
		const guid = randomBytes(16);
		this.#objects = new Map([
			[
				'7e',
				tlv('7e', tlv('4f', Buffer.from('a000000308000010000100', 'hex')), tlv('5f2f', Buffer.from('4000', 'hex'))),
			],
			['5fc107', tlv('53', capabilities(guid))],
			['5fc102', tlv('53', holderIdentifier(guid))],
			...entriesOf(keys).map(
				([name, issued]) =>
					[
						certificateObjects[name],
						tlv('53', tlv('70', issued.certificate), tlv('71', Buffer.of(0)), tlv('fe')),
					] as const,
			),
		]);
	}

	get triesLeft(): number {
		return this.#tries;
	}

	/** Power off, power on: the PIN is forgotten. */
	reset(): void {
		this.#verified = false;
		this.#justVerified = false;
		this.#chained = Buffer.alloc(0);
		this.#response = Buffer.alloc(0);
	}

	/** @returns data and status word. */
	process(command: CommandApdu): Buffer {
		if (command.ins === 0xc0) return this.#respond(this.#response, command.le);
		if (command.cla & 0x10) {
			this.#chained = Buffer.concat([this.#chained, command.data]);
			return status(0x9000);
		}
		const whole = { ...command, data: Buffer.concat([this.#chained, command.data]) };
		this.#chained = Buffer.alloc(0);
		const justVerified = this.#justVerified;
		this.#justVerified = false;
		switch (command.ins) {
			case 0xa4:
				return this.#select(whole);
			case 0xcb:
				return this.#getData(whole);
			case 0x20:
				return this.#verify(whole);
			case 0x87:
				return this.#authenticate(whole, justVerified);
			// The firmware's version, which a YubiKey is asked for.
			case 0xfd:
				return this.#respond(Buffer.from([4, 3, 5]), whole.le);
			default:
				return status(0x6d00);
		}
	}

	#respond(data: Buffer, le: number): Buffer {
		const limit = Math.min(le === 0 ? mostData : le, mostData);
		const now = data.subarray(0, limit);
		this.#response = Buffer.from(data.subarray(limit));
		const left = this.#response.length;
		return Buffer.concat([now, status(left === 0 ? 0x9000 : 0x6100 | Math.min(left, 0xff))]);
	}

	#select({ p1, data, le }: CommandApdu): Buffer {
		if (p1 !== 4 || !data.toString('hex').startsWith(pivAid)) return status(0x6a82);
		const template = tlv(
			'61',
			tlv('4f', Buffer.from('000010000100', 'hex')),
			tlv('79', tlv('4f', Buffer.from(pivAid, 'hex'))),
		);
		return this.#respond(template, le);
	}

	#getData({ data, le }: CommandApdu): Buffer {
		const object = this.#objects.get(readTlvs(data).get('5c')?.toString('hex') ?? '');
		return object === undefined ? status(0x6a82) : this.#respond(object, le);
	}

	#verify({ p2, data }: CommandApdu): Buffer {
		if (p2 !== 0x80) return status(0x6a88);
		if (this.#tries === 0) return status(0x6983);
		if (data.length === 0) return this.#verified ? status(0x9000) : status(0x63c0 | this.#tries);
		if (data.length !== 8) return status(0x6a80);
		this.verifications++;
		this.#verified = data.equals(this.#pin);
		this.#justVerified = this.#verified;
		this.#tries = this.#verified ? this.#maximumTries : this.#tries - 1;
		if (this.#verified) return status(0x9000);
		return this.#tries === 0 ? status(0x6983) : status(0x63c0 | this.#tries);
	}

	/** GENERAL AUTHENTICATE with a challenge (81) whose response (82) is the signature. */
	#authenticate({ p1, p2, data, le }: CommandApdu, justVerified: boolean): Buffer {
		const name = p2 === 0x9c ? '9C' : '9A';
		const key = this.#keys[name]?.key.privateKey;
		const challenge = readTlvs(readTlvs(data).get('7c') ?? Buffer.alloc(0)).get('81');
		if (key === undefined || challenge === undefined) return status(0x6a80);
		if (!(p2 === 0x9c ? justVerified : this.#verified)) return status(0x6982);
		const value = signRaw(key, p1, challenge);
		if (value === undefined) return status(0x6a80);
		this.signatures++;
		return this.#respond(tlv('7c', tlv('82', value)), le);
	}
}

/** With the status word, an answer stays below 256 octets. */
const mostData = 253;

/** The bare private-key operation: the host has padded, or hashed. */
function signRaw(key: KeyObject, algorithm: number, challenge: Buffer): Uint8Array | undefined {
	if (algorithm === algorithms.rsa2048) return privateDecrypt({ key, padding: constants.RSA_NO_PADDING }, challenge);
	const curve = algorithm === algorithms.p256 ? p256 : algorithm === algorithms.p384 ? p384 : undefined;
	const { d } = key.export({ format: 'jwk' });
	if (curve === undefined || d === undefined) return undefined;
	return curve.sign(challenge, Buffer.from(d, 'base64url'), { prehash: false, format: 'der' });
}

/** Card Capability Container (SP 800-73-4 part 1, table 9). */
const capabilities = (guid: Uint8Array): Buffer =>
	Buffer.concat([
		tlv('f0', Buffer.from('a000000116ff02', 'hex'), guid.subarray(0, 14)),
		...['f1', 'f2'].map((tag) => tlv(tag, Buffer.of(0x21))),
		tlv('f3'),
		tlv('f4', Buffer.of(0)),
		tlv('f5', Buffer.of(0x10)),
		...['f6', 'f7', 'fa', 'fb', 'fc', 'fd', 'fe'].map((tag) => tlv(tag)),
	]);

/** Card Holder Unique Identifier (table 10), unsigned. */
const holderIdentifier = (guid: Uint8Array): Buffer =>
	Buffer.concat([
		tlv('30', Buffer.from('d4e739da739ced39ce739d836858210842108421c84210c3eb', 'hex')),
		tlv('34', guid),
		tlv('35', Buffer.from('20401231')),
		tlv('3e'),
		tlv('fe'),
	]);

const entriesOf = (keys: PivAppletOptions['keys']): [PivKey, Issued][] =>
	(['9A', '9C'] as const).flatMap((name) => {
		const issued = keys[name];
		return issued === undefined ? [] : [[name, issued] as [PivKey, Issued]];
	});
