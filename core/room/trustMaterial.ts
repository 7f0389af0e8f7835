import { Certificate } from '../pki/certificate.ts';
import type { ValidationData } from '../pki/validationData.ts';
import type { TrustAnchor } from '../ports/trustSource.ts';
import { type Identity, type Peer, readPeer, writePeer } from './identity.ts';
import { RoomError } from './roomError.ts';
import { readSigned, signContent } from './signedContent.ts';
import { base64, bytes, list, moment, natural, record, text } from './written.ts';

/** What a room needs to judge certificates without a network. */
export interface TrustMaterial {
	readonly date: Date;
	/** Days after which a room refuses it. */
	readonly maximumAge: number;
	/** DER, each of them. */
	readonly anchors: readonly Uint8Array[];
	readonly certificates: readonly Uint8Array[];
	readonly crls: readonly Uint8Array[];
	readonly ocspResponses: readonly Uint8Array[];
	readonly sender: Peer;
}

const format = 'paraph-trust-1';
const day = 24 * 3600 * 1000;

/** One signed file (CAdES, attached) with what the desk trusts and knows today. */
export function writeTrustMaterial(
	sender: Identity,
	anchors: readonly TrustAnchor[],
	data: ValidationData,
	limits: { readonly date: Date; readonly maximumAge: number },
): Uint8Array {
	const content = JSON.stringify({
		format,
		...limits,
		sender: writePeer(sender),
		anchors: anchors.map(({ certificate }) => base64(certificate)),
		certificates: data.certificates.map(({ raw }) => base64(raw)),
		crls: data.crls.map(({ raw }) => base64(raw)),
		ocspResponses: data.ocspResponses.map(({ raw }) => base64(raw)),
	});
	return signContent(sender, Buffer.from(content, 'utf8'), limits.date, 'attached');
}

/** @throws {RoomError} `trust-altered` */
export function readTrustMaterial(file: Uint8Array, subject: string): TrustMaterial {
	const signed = readSigned(file);
	if (!signed) throw new RoomError('trust-altered', `${subject} is not what its sender signed`, { subject });
	try {
		const fields = record(JSON.parse(Buffer.from(signed.content).toString('utf8')));
		const sender = readPeer(Buffer.from(text(fields['sender']), 'utf8'), 'the sender');
		if (fields['format'] !== format || sender.signing.fingerprint !== signed.signer.fingerprint)
			throw new TypeError('another format, or another sender');
		const anchors = list(fields['anchors'], bytes);
		for (const anchor of anchors) Certificate.parse(anchor);
		return {
			date: moment(fields['date']),
			maximumAge: natural(fields['maximumAge']),
			anchors,
			certificates: list(fields['certificates'], bytes),
			crls: list(fields['crls'], bytes),
			ocspResponses: list(fields['ocspResponses'], bytes),
			sender,
		};
	} catch (cause) {
		throw new RoomError('trust-altered', `${subject} cannot be read`, { subject, cause });
	}
}

/** Whole days since the trust material was made. */
export const ageInDays = (date: Date, now: Date): number =>
	Math.max(0, Math.floor((now.getTime() - date.getTime()) / day));

/** When it becomes too old. */
export const endOf = ({ date, maximumAge }: Pick<TrustMaterial, 'date' | 'maximumAge'>): Date =>
	new Date(date.getTime() + maximumAge * day);
