import { describe, expect, it } from 'vitest';
import { hashOf } from '../../test/kit/postingScenario.ts';
import { matchIdentity } from './identity.ts';
import { semanticIdentifier } from './posting.ts';

const certificate = {
	sha256: hashOf('certificate'),
	identifiers: [
		{ attribute: 'serialNumber', value: 'PNONO-15038412345' },
		{ attribute: 'organizationIdentifier', value: 'NTRNO-987654321' },
	],
};
const enrolledAt = '2026-11-01T00:00:00.000Z';

describe('whose certificate it is', () => {
	it.each(['PNONO-15038412345', 'NTRNO-987654321'])('is known by %s', (identifier) => {
		expect(matchIdentity({ kind: 'identifier', identifier }, certificate, [], 3)).toMatchObject({
			rule: 'identifier',
			wanted: identifier,
			found: identifier,
		});
	});

	it.each([
		['another number', 'PNONO-15038412346'],
		['the same number of another country', 'PNOSE-15038412345'],
		['the same number of another kind', 'IDCNO-15038412345'],
		['a part of it', 'PNONO-1503841234'],
		['another case', 'PNONO-15038412345 '.trim().toLowerCase()],
	])('is not known by %s', (_, identifier) => {
		expect(() => matchIdentity({ kind: 'identifier', identifier }, certificate, [], 1)).toThrow(
			expect.objectContaining({ code: 'certificate-not-the-signatorys' }),
		);
	});

	it('is known when its holder enrolled it after a login at the level', () => {
		const enrolled = [{ sha256: certificate.sha256, level: 3 as const, enrolledAt }];
		expect(matchIdentity({ kind: 'enrolled' }, certificate, enrolled, 3)).toMatchObject({
			rule: 'enrolled',
			enrolledAt,
		});
	});

	it.each([
		['nothing was enrolled', []],
		['another was enrolled', [{ sha256: hashOf('other'), level: 4 as const, enrolledAt }]],
		['the login was weaker', [{ sha256: certificate.sha256, level: 2 as const, enrolledAt }]],
	])('is not known when %s', (_, enrolled) => {
		expect(() => matchIdentity({ kind: 'enrolled' }, certificate, enrolled, 3)).toThrow(
			expect.objectContaining({ code: 'certificate-not-enrolled' }),
		);
	});
});

describe('identifiers (EN 319 412-1 §5.1.3, §5.1.4)', () => {
	it.each([
		'PNONO-15038412345',
		'PASFR-12AB34567',
		'TINDE-1',
		'VATBE-0876866142',
		'NTRNO-987654321',
		'NO:BE-9578-5999',
	])('%s is one', (identifier) => {
		expect(semanticIdentifier.safeParse(identifier).success).toBe(true);
	});
	it.each(['', '15038412345', 'PNO-123', 'PNONO123', 'pnono-123', 'PNONO-', 'ABCNO-123', 'PNONO-12 3'])(
		'%j is none',
		(identifier) => {
			expect(semanticIdentifier.safeParse(identifier).success).toBe(false);
		},
	);
});
