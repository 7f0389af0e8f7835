import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatPkcs11Uri, parsePkcs11Uri } from './pkcs11Uri.ts';

const failure = (uri: string): unknown => {
	try {
		parsePkcs11Uri(uri);
	} catch (error) {
		return error;
	}
	return undefined;
};

describe('parsePkcs11Uri', () => {
	it('reads path and query attributes', () => {
		expect(
			parsePkcs11Uri(
				'pkcs11:token=demo;object=k1;id=%01%ff;serial=a1;slot-id=42;manufacturer=M;model=X;type=private?module-path=/usr/lib/p.so',
			),
		).toEqual({
			token: 'demo',
			object: 'k1',
			id: '01ff',
			serial: 'a1',
			slotId: 42,
			manufacturer: 'M',
			model: 'X',
			type: 'private',
			modulePath: '/usr/lib/p.so',
		});
	});

	it.each([
		['pkcs11:', {}],
		['PKCS11:token=a', { token: 'a' }],
		['pkcs11:token=My%20token%3B1', { token: 'My token;1' }],
		['pkcs11:token=%C3%A5', { token: 'å' }],
		['pkcs11:token=å b', { token: 'å b' }],
		['pkcs11:id=abc', { id: '616263' }],
		['pkcs11:id=', { id: '' }],
		['pkcs11:object=a%25b', { object: 'a%b' }],
		[
			'pkcs11:library-manufacturer=OpenSC;library-version=0.23',
			{ libraryManufacturer: 'OpenSC', libraryVersion: '0.23' },
		],
		['pkcs11:?module-name=softhsm2&x-vendor=1', { moduleName: 'softhsm2' }],
		['pkcs11:token=a?pin-source=file:/run/pin', { token: 'a', pinSource: '/run/pin' }],
		['pkcs11:token=a?pin-source=file:///run/pin', { token: 'a', pinSource: '/run/pin' }],
	])('reads %s', (text, expected) => {
		expect(parsePkcs11Uri(text)).toEqual(expected);
	});

	it.each([
		'',
		'token=demo',
		'http://token',
		'pkcs11:token',
		'pkcs11:=demo',
		'pkcs11:token=a;token=b',
		'pkcs11:token=%G1',
		'pkcs11:token=%',
		'pkcs11:token=%ff',
		'pkcs11:type=key',
		'pkcs11:slot-id=-1',
		'pkcs11:slot-id=0x1',
		'pkcs11:slot-id=',
		'pkcs11:tokn=demo',
		'pkcs11:x-vendor=1',
		'pkcs11:token=a?b?c',
		'pkcs11:?pin-source=|cat /etc/passwd',
		'pkcs11:?pin-source=relative',
		`pkcs11:token=${'a'.repeat(9000)}`,
	])('refuses %s', (text) => {
		expect(failure(text)).toMatchObject({ code: 'token-uri-invalid' });
	});

	it('refuses pin-value without repeating the PIN', () => {
		const error = failure('pkcs11:token=demo?pin-value=secret1234');
		expect(error).toMatchObject({ code: 'token-uri-invalid' });
		expect(String(error)).not.toContain('secret1234');
	});

	it('does not repeat a PIN from a malformed URI', () => {
		expect(String(failure('pkcs11:token=demo;pin value=secret1234'))).not.toContain('secret1234');
	});

	it('reads back what formatPkcs11Uri writes', () => {
		const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 });
		const uri = fc.record(
			{
				token: text,
				object: text,
				serial: text,
				id: fc.uint8Array({ maxLength: 20 }).map((octets) => Buffer.from(octets).toString('hex')),
				slotId: fc.nat(),
				modulePath: text,
				type: fc.constantFrom('cert', 'private'),
			},
			{ requiredKeys: [] },
		);
		fc.assert(
			fc.property(uri, (value) => {
				expect(parsePkcs11Uri(formatPkcs11Uri(value))).toEqual(value);
			}),
		);
	});

	it('never fails otherwise than by a typed error', () => {
		fc.assert(
			fc.property(fc.string(), (rest) => {
				const error = failure(`pkcs11:${rest}`);
				if (error !== undefined) expect(error).toMatchObject({ code: 'token-uri-invalid' });
			}),
		);
	});
});
