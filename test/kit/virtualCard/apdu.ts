/** Command APDUs of ISO/IEC 7816-4, short and extended. */
export interface CommandApdu {
	readonly cla: number;
	readonly ins: number;
	readonly p1: number;
	readonly p2: number;
	readonly data: Buffer;
	/** Octets that the other side takes; 0 where it wants none. */
	readonly le: number;
}

export function parseApdu(bytes: Buffer): CommandApdu {
	const [cla = 0, ins = 0, p1 = 0, p2 = 0] = bytes;
	const head = { cla, ins, p1, p2 };
	const body = bytes.subarray(4);
	const none = Buffer.alloc(0);
	if (body.length === 0) return { ...head, data: none, le: 0 };
	if (body.length === 1) return { ...head, data: none, le: body[0] || 256 };
	if (body[0] === 0 && body.length >= 3) {
		const length = body.readUInt16BE(1);
		if (body.length === 3) return { ...head, data: none, le: length || 65536 };
		const data = body.subarray(3, 3 + length);
		return { ...head, data, le: body.length >= 5 + length ? body.readUInt16BE(3 + length) || 65536 : 0 };
	}
	const length = body[0] ?? 0;
	const data = body.subarray(1, 1 + length);
	return { ...head, data, le: body.length > 1 + length ? body[1 + length] || 256 : 0 };
}

/** BER-TLV with this tag, written in hexadecimal. */
export function tlv(tag: string, ...parts: readonly Uint8Array[]): Buffer {
	const value = Buffer.concat(parts);
	const { length } = value;
	const header = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
	return Buffer.concat([Buffer.from(tag, 'hex'), Buffer.from(header), value]);
}

/** The value of each TLV at this level, by its tag in hexadecimal. */
export function readTlvs(bytes: Buffer): Map<string, Buffer> {
	const found = new Map<string, Buffer>();
	for (let at = 0; at + 2 <= bytes.length; ) {
		const wide = ((bytes[at] ?? 0) & 0x1f) === 0x1f;
		const tag = bytes.subarray(at, at + (wide ? 2 : 1)).toString('hex');
		at += wide ? 2 : 1;
		let length = bytes[at++] ?? 0;
		if (length === 0x81) length = bytes[at++] ?? 0;
		else if (length === 0x82) {
			length = bytes.readUInt16BE(at);
			at += 2;
		}
		found.set(tag, bytes.subarray(at, at + length));
		at += length;
	}
	return found;
}

export const status = (word: number): Buffer => Buffer.from([word >> 8, word & 0xff]);
