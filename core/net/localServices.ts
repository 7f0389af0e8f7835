/**
 * Which addresses may be asked although the network may not be used: `localServices` of the configuration.
 *
 * @param entries addresses (`http://127.0.0.1:8080/tsa`: this and what lies below it), or `host`, or `host:port`.
 */
export function localServices(entries: readonly string[]): (url: URL) => boolean {
	const tests = entries.map(entryTest);
	return (url) => tests.some((test) => test(url));
}

function entryTest(entry: string): (url: URL) => boolean {
	if (/^https?:\/\//i.test(entry) && URL.canParse(entry)) {
		const { origin, pathname } = new URL(entry);
		const below = pathname.endsWith('/') ? pathname : `${pathname}/`;
		return (url) => url.origin === origin && `${url.pathname}/`.startsWith(below);
	}
	const wanted = entry.toLowerCase();
	return (url) => url.hostname === wanted || `${url.hostname}:${portOf(url)}` === wanted;
}

const portOf = ({ port, protocol }: URL): string => port || (protocol === 'https:' ? '443' : '80');
