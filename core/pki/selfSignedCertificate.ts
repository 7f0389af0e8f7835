import { createPublicKey, type KeyObject, randomBytes, sign } from 'node:crypto';
import { encodeSignatureAlgorithm } from './algorithmIdentifier.ts';
import { Tag } from './der.ts';
import { bitString, boolean, der, explicit, integer, octetString, oid, sequence, setOf, time } from './derWriter.ts';
import { extensionOids } from './objectIdentifiers.ts';

const commonName = '2.5.4.3';

/** Bits of KeyUsage as the BIT STRING's first octet (RFC 5280 §4.2.1.3). */
const usageBits = { digitalSignature: 0x80, keyEncipherment: 0x20 } as const;

/**
 * A certificate that a key gives itself: it names the key and promises nothing; whoever takes it must have it from the
 * key's holder.
 *
 * @param request.key a P-256 key; it signs the certificate.
 * @param request.subject the key that is certified, where it is another one than the one that signs.
 * @returns DER.
 */
export function selfSignedCertificate(request: {
	readonly key: KeyObject;
	readonly subject?: KeyObject | undefined;
	readonly name: string;
	readonly usage: keyof typeof usageBits;
	readonly notBefore: Date;
	readonly notAfter: Date;
}): Uint8Array {
	const name = sequence(setOf([sequence(oid(commonName), der(Tag.utf8String, Buffer.from(request.name, 'utf8')))]));
	const algorithm = encodeSignatureAlgorithm({ kind: 'ecdsa', digest: 'sha256' });
	const usage = usageBits[request.usage];
	const unused = 31 - Math.clz32(usage & -usage);
	const tbs = sequence(
		explicit(0, integer(2)),
		integer(randomBytes(16)),
		algorithm,
		name,
		sequence(time(request.notBefore), time(request.notAfter)),
		name,
		createPublicKey(request.subject ?? request.key).export({ type: 'spki', format: 'der' }),
		explicit(
			3,
			sequence(
				sequence(oid(extensionOids.keyUsage), boolean(true), octetString(bitString(Uint8Array.of(usage), unused))),
			),
		),
	);
	return sequence(tbs, algorithm, bitString(sign('sha256', tbs, request.key)));
}
