import { describe, expect, it } from 'vitest';
import { type CertificateContent, extension, makeCertificate } from '../../test/kit/demoPki/certificate.ts';
import { DemoKey } from '../../test/kit/demoPki/keys.ts';
import { Certificate } from './certificate.ts';
import { CertificatePool } from './certificatePool.ts';
import { context, contextPrimitive } from './der.ts';
import { der, explicit, implicit, integer, nullValue, oid, sequence } from './derWriter.ts';
import { DistinguishedName } from './distinguishedName.ts';
import { anyPolicy, extensionOids } from './objectIdentifiers.ts';
import { buildPaths } from './pathBuilding.ts';
import { validatePath } from './pathValidation.ts';

const now = new Date('2026-06-01T00:00:00Z');
const DAY = 86_400_000;
const keys = new Map<string, DemoKey>();

/** The key of whoever bears this name; names with `#2` have another key and the same name. */
function keyOf(who: string): DemoKey {
	const key = keys.get(who) ?? DemoKey.generate('p256');
	keys.set(who, key);
	return key;
}

const nameOf = (who: string) => ({ commonName: who.replace(/#.*/, '') });

/** A certificate of `subject` by `issuer`; an authority unless told otherwise. */
function certify(issuer: string, subject: string, changes: Partial<CertificateContent> = {}): Certificate {
	return Certificate.parse(
		makeCertificate({
			subject: nameOf(subject),
			subjectKey: keyOf(subject),
			issuer: nameOf(issuer),
			issuerKey: keyOf(issuer),
			notBefore: new Date(now.getTime() - DAY),
			notAfter: new Date(now.getTime() + DAY),
			ca: {},
			keyUsage: ['keyCertSign', 'cRLSign'],
			...changes,
		}),
	);
}

const leafOf = (issuer: string, changes: Partial<CertificateContent> = {}): Certificate => {
	const certificate = makeCertificate({
		subject: nameOf('leaf'),
		subjectKey: keyOf('leaf'),
		issuer: nameOf(issuer),
		issuerKey: keyOf(issuer),
		notBefore: new Date(now.getTime() - DAY),
		notAfter: new Date(now.getTime() + DAY),
		keyUsage: ['nonRepudiation'],
		...changes,
	});
	return Certificate.parse(certificate);
};

const root = certify('root', 'root');
const codes = (path: readonly Certificate[], inputs = {}) =>
	validatePath(path, { time: now, ...inputs }).faults.map(({ code }) => code);
const paths = (certificate: Certificate, pool: readonly Certificate[], anchors: readonly Certificate[] = [root]) =>
	[...buildPaths(certificate, new CertificatePool(pool), new CertificatePool(anchors), now)].map((path) =>
		path.map(({ subject, issuer }) => `${issuer.commonName}>${subject.commonName}`),
	);

describe('building paths', () => {
	it('offers each way to an anchor, cross-certificates included', () => {
		const pool = [certify('root', 'a'), certify('b', 'a'), certify('root', 'b'), certify('a', 'b')];
		expect(paths(leafOf('a'), pool)).toEqual([
			['a>leaf', 'root>a', 'root>root'],
			['a>leaf', 'b>a', 'root>b', 'root>root'],
		]);
	});

	it('goes by the key that signed, not by the name alone', () => {
		const pool = [certify('root', 'a#2'), certify('root', 'a')];
		expect(paths(leafOf('a'), pool)).toHaveLength(1);
		expect(paths(leafOf('a#3'), pool)).toEqual([]);
	});

	it('prefers the issuer that is valid at the time', () => {
		const expired = certify('root', 'a', { notAfter: new Date(now.getTime() - 1000) });
		const valid = certify('root', 'a');
		const [first] = [
			...buildPaths(leafOf('a'), new CertificatePool([expired, valid]), new CertificatePool([root]), now),
		];
		expect(first?.[1]?.fingerprint).toBe(valid.fingerprint);
	});

	it('ends at once where the certificate is itself an anchor', () => {
		const leaf = leafOf('a');
		expect(paths(leaf, [], [leaf])).toEqual([['a>leaf']]);
	});

	it('does not go round, however many authorities certify each other', () => {
		const names = ['a', 'b', 'c', 'd', 'e', 'f'];
		const pool = names.flatMap((issuer) =>
			names.filter((name) => name !== issuer).map((name) => certify(issuer, name)),
		);
		const start = performance.now();
		expect(paths(leafOf('a'), pool)).toEqual([]);
		expect(performance.now() - start).toBeLessThan(3000);
	});
});

describe('validating a path', () => {
	const ca = certify('root', 'ca');

	it('finds nothing wrong with a sound one', () => {
		expect(codes([leafOf('ca'), ca, root])).toEqual([]);
	});

	const broken: readonly (readonly [string, string, readonly Certificate[]])[] = [
		['signed by another key', 'signature-invalid', [leafOf('ca#2'), ca, root]],
		['that names another issuer', 'name-chaining', [leafOf('ca', { issuer: { commonName: 'other' } }), ca, root]],
		['that has expired', 'expired', [leafOf('ca', { notAfter: new Date(now.getTime() - 1000) }), ca, root]],
		['not yet valid', 'not-yet-valid', [leafOf('ca', { notBefore: new Date(now.getTime() + 1000) }), ca, root]],
		[
			'below one that is no authority',
			'not-an-authority',
			[leafOf('leaf'), leafOf('root', { keyUsage: ['keyCertSign'] }), root],
		],
		[
			'below one that may not sign certificates',
			'key-usage',
			[leafOf('ca'), certify('root', 'ca', { keyUsage: ['cRLSign'] }), root],
		],
		[
			'deeper than allowed',
			'path-too-long',
			[leafOf('sub'), certify('ca', 'sub'), certify('root', 'ca', { ca: { pathLength: 0 } }), root],
		],
		[
			'with a critical extension nobody knows',
			'critical-extension',
			[leafOf('ca', { extensions: [extension('1.2.3.4', nullValue(), true)] }), ca, root],
		],
		[
			'with a damaged extension',
			'malformed',
			[
				leafOf('ca'),
				certify('root', 'ca', { extensions: [extension(extensionOids.nameConstraints, nullValue())] }),
				root,
			],
		],
		[
			'with an extension twice',
			'malformed',
			[leafOf('ca', { extensions: [extension('1.2.3', nullValue()), extension('1.2.3', nullValue())] }), ca, root],
		],
	];
	it.each(broken)('refuses a certificate %s: %s', (_, code, path) => {
		expect(codes(path)).toContain(code);
	});

	it('says all that is wrong', () => {
		const leaf = leafOf('ca#2', { notAfter: new Date(now.getTime() - 1000) });
		expect(codes([leaf, ca, root])).toEqual(['signature-invalid', 'expired']);
	});
});

describe('name constraints', () => {
	type Kind = 1 | 2 | 6 | 7;
	const text = (kind: Kind, value: string | Uint8Array) =>
		der(contextPrimitive(kind), typeof value === 'string' ? Buffer.from(value, 'latin1') : value);
	const constraints = (permitted: readonly Uint8Array[], excluded: readonly Uint8Array[] = []) => {
		const subtrees = (n: number, bases: readonly Uint8Array[]) =>
			bases.length === 0 ? [] : [der(context(n), ...bases.map((base) => sequence(base)))];
		return extension(
			extensionOids.nameConstraints,
			sequence(...subtrees(0, permitted), ...subtrees(1, excluded)),
			true,
		);
	};
	const named = (...names: readonly Uint8Array[]) => [extension(extensionOids.subjectAltName, sequence(...names))];

	const cases: readonly (readonly [Kind, string | Uint8Array, string | Uint8Array, boolean])[] = [
		[2, 'example.com', 'example.com', true],
		[2, 'example.com', 'www.Example.com', true],
		[2, 'example.com', 'badexample.com', false],
		[2, '.example.com', 'example.com', false],
		[1, 'example.com', 'kari@example.com', true],
		[1, 'example.com', 'kari@mail.example.com', false],
		[1, '.example.com', 'kari@mail.example.com', true],
		[1, 'kari@example.com', 'kari@EXAMPLE.com', true],
		[1, 'kari@example.com', 'ola@example.com', false],
		[6, 'example.com', 'https://example.com:8080/x', true],
		[6, 'example.com', 'https://user@evil.com/example.com', false],
		[6, '.example.com', 'https://a.example.com?b', true],
		[6, 'example.com', 'urn:example.com', false],
		[7, Uint8Array.of(10, 0, 0, 0, 255, 0, 0, 0), Uint8Array.of(10, 1, 2, 3), true],
		[7, Uint8Array.of(10, 0, 0, 0, 255, 0, 0, 0), Uint8Array.of(11, 1, 2, 3), false],
	];
	it.each(cases)('kind %i: within %j, %j is allowed: %s', (kind, base, name, allowed) => {
		const leaf = leafOf('ca', { extensions: named(text(kind, name)) });
		const permitting = certify('root', 'ca', { extensions: [constraints([text(kind, base)])] });
		const excluding = certify('root', 'ca', { extensions: [constraints([], [text(kind, base)])] });
		expect(codes([leaf, permitting, root])).toEqual(allowed ? [] : ['name-constraints']);
		expect(codes([leaf, excluding, root])).toEqual(allowed ? ['name-constraints'] : []);
	});

	it('hold together: a name must be allowed by every authority', () => {
		const wide = certify('root', 'ca', { extensions: [constraints([text(2, 'com')])] });
		const narrow = certify('ca', 'sub', { extensions: [constraints([text(2, 'example.com')])] });
		const path = (name: string) => [leafOf('sub', { extensions: named(text(2, name)) }), narrow, wide, root];
		expect(codes(path('a.example.com'))).toEqual([]);
		expect(codes(path('other.com'))).toEqual(['name-constraints']);
	});

	it('bind the subject too', () => {
		const base = implicit(context(4), explicit(4, new DistinguishedName(root.subjectRaw).raw));
		const ca = certify('root', 'ca', { extensions: [constraints([base])] });
		expect(codes([leafOf('ca'), ca, root])).toEqual(['name-constraints']);
		expect(codes([leafOf('ca', { subject: nameOf('ROOT') }), ca, root])).toEqual([]);
	});
});

describe('policies', () => {
	const policies = (...dotted: readonly string[]) =>
		extension(extensionOids.certificatePolicies, sequence(...dotted.map((policy) => sequence(oid(policy)))));
	const explicitPolicy = extension(
		extensionOids.policyConstraints,
		sequence(implicit(contextPrimitive(0), integer(0))),
	);
	const mapping = (from: string, to: string) =>
		extension(extensionOids.policyMappings, sequence(sequence(oid(from), oid(to))));

	it('hold where each certificate names them, and the answer says which', () => {
		const path = [leafOf('ca', { policy: '1.2.3' }), certify('root', 'ca', { policy: '1.2.3' }), root];
		const { policies: valid, faults } = validatePath(path, { time: now, initialExplicitPolicy: true });
		expect(faults).toEqual([]);
		expect([...valid]).toEqual(['1.2.3']);
		expect(codes(path, { initialPolicies: new Set(['1.2.4']), initialExplicitPolicy: true })).toEqual(['policy']);
	});

	it('are mapped from an authority’s words into another’s', () => {
		const ca = certify('root', 'ca', { extensions: [policies('1.2.3'), mapping('1.2.3', '1.9.9'), explicitPolicy] });
		expect(codes([leafOf('ca', { policy: '1.9.9' }), ca, root])).toEqual([]);
		expect(codes([leafOf('ca', { policy: '1.2.3' }), ca, root])).toEqual(['policy']);
		expect(codes([leafOf('ca', { policy: '1.9.9' }), ca, root], { initialPolicyMappingInhibit: true })).toEqual([
			'policy',
		]);
	});

	it('are any where an authority says so, unless that is inhibited', () => {
		const ca = certify('root', 'ca', { extensions: [policies(anyPolicy), explicitPolicy] });
		expect(codes([leafOf('ca', { policy: '1.2.3' }), ca, root])).toEqual([]);
		expect(codes([leafOf('ca', { policy: '1.2.3' }), ca, root], { initialAnyPolicyInhibit: true })).toContain('policy');
	});

	it('do not grow beyond bounds, however they are mapped', () => {
		// RFC 9618 §1: with RFC 5280's tree this doubles with every authority.
		const names = Array.from({ length: 12 }, (_, i) => (i === 0 ? 'root' : `p${i}`));
		const both = policies('1.2.1', '1.2.2');
		const maps = extension(
			extensionOids.policyMappings,
			sequence(...['1.2.1', '1.2.2'].flatMap((from) => ['1.2.1', '1.2.2'].map((to) => sequence(oid(from), oid(to))))),
		);
		const authorities = names.slice(1).map((name, i) => certify(names[i] ?? '', name, { extensions: [both, maps] }));
		const path = [leafOf('p11', { policy: '1.2.1' }), ...authorities.reverse(), root];
		const start = performance.now();
		expect(codes(path, { initialExplicitPolicy: true })).toEqual([]);
		expect(performance.now() - start).toBeLessThan(1000);
	});
});
