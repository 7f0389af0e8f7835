/** Timestamp responses (RFC 3161 §2.4.2). */
import { berToDer } from '../pki/ber.ts';
import { type DerElement, readDer, Tag } from '../pki/der.ts';
import type { FailInfo } from './errors.ts';

export type TimestampResponse =
	| { readonly granted: true; readonly token: Uint8Array }
	| {
			readonly granted: false;
			/** PKIStatus as a number: 2 is rejection, 3 waiting. */
			readonly status: number;
			readonly text: string;
			readonly failInfo: readonly FailInfo[];
	  };

/** Bit numbers of PKIFailureInfo. */
const failBits: ReadonlyMap<number, FailInfo> = new Map([
	[0, 'badAlg'],
	[2, 'badRequest'],
	[5, 'badDataFormat'],
	[14, 'timeNotAvailable'],
	[15, 'unacceptedPolicy'],
	[16, 'unacceptedExtension'],
	[17, 'addInfoNotAvailable'],
	[25, 'systemFailure'],
]);

/** @throws {DerError} where it is no TimeStampResp at all. */
export function parseTimestampResponse(bytes: Uint8Array): TimestampResponse {
	const response = readDer(berToDer(bytes), Tag.sequence).read();
	const statusInfo = response.next(Tag.sequence).read();
	const status = statusInfo.next().integer();
	const text = statusInfo.optional(Tag.sequence);
	const failInfo = statusInfo.optional(Tag.bitString);
	const token = response.optional(Tag.sequence);
	// 0 granted, 1 grantedWithMods; whatever else comes, there is no token to use.
	if (status <= 1 && token) return { granted: true, token: token.raw };
	return { granted: false, status, text: freeText(text), failInfo: failInfo ? readFailInfo(failInfo) : [] };
}

function freeText(element: DerElement | undefined): string {
	return element ? [...element.read().rest()].map((line) => line.string()).join(' ') : '';
}

function readFailInfo(element: DerElement): readonly FailInfo[] {
	const { bytes } = element.bitString();
	return [...failBits].flatMap(([bit, name]) => ((bytes[bit >> 3] ?? 0) & (0x80 >> (bit & 7)) ? [name] : []));
}
