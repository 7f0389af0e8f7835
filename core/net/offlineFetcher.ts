import { type Fetcher, type FetchRequest, type FetchResponse, NetworkError } from '../ports/fetcher.ts';

/** Refuses every request: what `--offline` and rooms without a network use. */
export class OfflineFetcher implements Fetcher {
	/** @throws {NetworkError} `offline`, always. */
	async fetch(request: FetchRequest): Promise<FetchResponse> {
		throw notAsked(request.url);
	}
}

export const notAsked = (url: string): NetworkError =>
	new NetworkError('offline', `${url} was not asked: working offline`, {
		hint: 'Run without --offline, or complete the file later with `paraph extend`.',
		subject: url,
	});
