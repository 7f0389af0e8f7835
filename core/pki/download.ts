import { type AddressOrigin, type Fetcher, type FetchRequest, NetworkError } from '../ports/fetcher.ts';

/** What every request for certificates and revocation data is told. */
export interface DownloadOptions {
	/** Who wrote the address. */
	readonly origin: AddressOrigin;
	readonly signal?: AbortSignal | undefined;
}

/**
 * One exchange whose answer is data: an error status or a web page in its place is a failure.
 *
 * @throws {NetworkError}
 */
export async function download(fetcher: Fetcher, request: FetchRequest): Promise<Uint8Array> {
	const { status, contentType, body } = await fetcher.fetch(request);
	const subject = request.url;
	if (status !== 200)
		throw new NetworkError('http-status', `${subject} answered with HTTP status ${status}`, {
			hint: status >= 500 ? 'Try again later.' : 'Ask whoever runs the service for the address it has now.',
			subject,
			status,
		});
	if (contentType.includes('html') || body.length === 0)
		throw new NetworkError(
			'wrong-content',
			`${subject} answered with ${body.length === 0 ? 'nothing' : 'a web page'}`,
			{
				hint: 'A proxy or the sign-in page of a network may have answered in its place.',
				subject,
			},
		);
	return body;
}
