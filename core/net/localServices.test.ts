import { expect, it } from 'vitest';
import { localServices } from './localServices.ts';

it.each([
	['http://127.0.0.1:8080', 'http://127.0.0.1:8080/tsa', true],
	['http://127.0.0.1:8080/tsa', 'http://127.0.0.1:8080/tsa', true],
	['http://127.0.0.1:8080/tsa', 'http://127.0.0.1:8080/tsa/2', true],
	['http://127.0.0.1:8080/tsa', 'http://127.0.0.1:8080/tsar', false],
	['http://127.0.0.1:8080', 'http://127.0.0.1:8081/', false],
	['http://127.0.0.1', 'https://127.0.0.1/', false],
	['tsa.local', 'https://tsa.local/any', true],
	['tsa.local', 'https://tsa.local.example/', false],
	['tsa.local:80', 'http://tsa.local/', true],
	['tsa.local:80', 'https://tsa.local/', false],
	['', 'http://127.0.0.1/', false],
])('%s stands for %s: %s', (entry, url, expected) => {
	expect(localServices([entry])(new URL(url))).toBe(expected);
});
