/** Whether what came back is the timestamp that was asked for; each way it may not be has its own code. */
import { equalBytes } from '../cms/equalBytes.ts';
import { CmsError } from '../cms/errors.ts';
import type { Certificate } from '../pki/certificate.ts';
import { CertificateError } from '../pki/certificateError.ts';
import type { CertificateReader } from '../pki/certificateReader.ts';
import { DerError } from '../pki/der.ts';
import type { FetchResponse } from '../ports/fetcher.ts';
import { TimestampError, type TimestampErrorCode } from './errors.ts';
import type { TimestampRequest } from './request.ts';
import { parseTimestampResponse, type TimestampResponse } from './response.ts';
import { checkTimestampToken, parseTimestampToken, type TimestampToken } from './timestampToken.ts';

/**
 * The token in the answer to this request, sound in itself; whom its certificate rests on is for others to say.
 *
 * @throws {TimestampError}
 */
export function checkAnswer(
	request: TimestampRequest,
	response: FetchResponse,
	url: string,
	certificates: CertificateReader,
): TimestampToken {
	const fail = (code: TimestampErrorCode, what: string, cause?: unknown): TimestampError =>
		new TimestampError(code, `${url} ${what}`, { subject: url, status: response.status, cause });

	if (response.status === 401 || response.status === 403 || response.status === 407)
		throw fail('tsa-unauthorised', `refuses the request (HTTP ${response.status})`);
	if (response.status !== 200) throw fail('tsa-http-status', `answers with HTTP ${response.status}`);

	const answer = readResponse(response, fail);
	if (!answer.granted) {
		const reasons = [...answer.failInfo, answer.text].filter((reason) => reason !== '').join(', ');
		throw new TimestampError('tsa-rejected', `${url} rejects the request${reasons && `: ${reasons}`}`, {
			subject: url,
			failInfo: answer.failInfo,
		});
	}
	const token = readToken(answer.token, fail);
	checkToken(token, request, certificates, fail);
	return token;
}

type Fail = (code: TimestampErrorCode, what: string, cause?: unknown) => TimestampError;

function readResponse(response: FetchResponse, fail: Fail): TimestampResponse {
	try {
		return parseTimestampResponse(response.body);
	} catch (error) {
		if (!(error instanceof DerError)) throw error;
		if (looksLikeText(response)) throw fail('tsa-not-a-timestamp', 'sends a web page instead of a timestamp', error);
		if (isCutShort(response.body)) throw fail('tsa-truncated', 'sends an answer that is cut short', error);
		throw fail('tsa-malformed', 'sends something that is not a timestamp response', error);
	}
}

function looksLikeText(response: FetchResponse): boolean {
	if (/^(text\/|application\/(json|xhtml|xml))/i.test(response.contentType)) return true;
	const start = Buffer.from(response.body.subarray(0, 64)).toString('latin1').trimStart();
	return start.startsWith('<') || start.startsWith('{');
}

/** A DER SEQUENCE that promises more octets than came, or nothing at all. */
function isCutShort(body: Uint8Array): boolean {
	if (body.length < 2) return true;
	if (body[0] !== 0x30) return false;
	const first = body[1] ?? 0;
	if (first < 0x80) return body.length < 2 + first;
	const count = first & 0x7f;
	if (count === 0) return body.at(-1) !== 0 || body.at(-2) !== 0;
	if (count > 4) return false;
	let length = 0;
	for (let i = 0; i < count; i++) length = length * 256 + (body[2 + i] ?? 0);
	return body.length < 2 + count + length;
}

function readToken(bytes: Uint8Array, fail: Fail): TimestampToken {
	try {
		return parseTimestampToken(bytes);
	} catch (error) {
		if (error instanceof CmsError || error instanceof DerError)
			throw fail('tsa-malformed', 'sends a timestamp that cannot be read', error);
		throw error;
	}
}

function checkToken(
	token: TimestampToken,
	request: TimestampRequest,
	certificates: CertificateReader,
	fail: Fail,
): void {
	const { info } = token;
	if (info.nonce !== request.nonce) throw fail('tsa-wrong-nonce', 'sends a timestamp made for another request');
	if (info.imprint.algorithm !== request.imprint.algorithm || !equalBytes(info.imprint.digest, request.imprint.digest))
		throw fail('tsa-wrong-imprint', 'sends a timestamp over other data');
	if (request.policy !== undefined && info.policy !== request.policy)
		throw fail('tsa-wrong-policy', `stamps under the policy ${info.policy} instead of ${request.policy}`);

	const facts = checkTimestampToken(token, () => request.imprint.digest, readCertificates(token, certificates, fail));
	const { certificate } = facts;
	if (certificate === undefined) throw fail('tsa-bad-certificate', 'leaves its certificate out of the timestamp');
	if (facts.timestampingPurpose !== 'only-and-critical')
		throw fail('tsa-bad-certificate', 'signs with a certificate that is not made for timestamps alone');
	if (facts.signingCertificate !== 'matches')
		throw fail('tsa-bad-certificate', 'signs with another certificate than its timestamp names');
	if (facts.signature !== 'valid' || facts.messageDigest !== 'matches' || facts.contentType !== 'matches')
		throw fail('tsa-bad-signature', 'sends a timestamp whose signature does not hold');
	if (info.time < certificate.notBefore || info.time > certificate.notAfter)
		throw fail('tsa-expired-certificate', 'signs with a certificate outside its period of validity');
}

function readCertificates(token: TimestampToken, reader: CertificateReader, fail: Fail): readonly Certificate[] {
	try {
		return token.signedData.certificates.map((certificate) => reader.parse(certificate));
	} catch (error) {
		if (error instanceof CertificateError || error instanceof DerError)
			throw fail('tsa-bad-certificate', 'sends a certificate that cannot be read', error);
		throw error;
	}
}
