import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ChallengeAnswer, challenge } from '../../core/postings/protocol/auth.ts';
import { DemoPki, type Issued } from '../../test/kit/demoPki.ts';
import { ServiceSite } from '../../test/kit/serviceSite.ts';

let site: ServiceSite;
beforeAll(async () => {
	site = await ServiceSite.start({ config: { limits: { loginsPerMinute: 1000 } } });
});
afterAll(() => site?.close());

/** At a site of its own, so that the failures of one test do not lock out the next. */
async function elsewhere<Value>(act: (site: ServiceSite) => Promise<Value>): Promise<Value> {
	await using other = await ServiceSite.start({ config: { limits: { loginsPerMinute: 1000 } } });
	return await act(other);
}

describe('a login with a card', () => {
	it('gives a session at the level of the configuration, to the same account each time', async () => {
		const kari = site.person('Kari Nordmann', 'PNONO-15038412345');
		const first = await site.logIn(kari);
		expect(first.account).toMatchObject({
			name: 'Kari Nordmann',
			level: 4,
			identifiers: ['PNONO-15038412345'],
			role: 'member',
		});
		const again = await site.logIn(site.person('Kari Nordmann', 'PNONO-15038412345'));
		expect(again.account.user).toBe(first.account.user);
		expect(again.token).not.toBe(first.token);
		const answer = await site.ask('GET', '/v1/auth/session', { token: first.token });
		expect(answer.body).toMatchObject({ account: { user: first.account.user }, secondFactor: false });
	});

	it('ends when the person says so', async () => {
		const { token } = await site.logIn(site.person('Ola', 'PNONO-1'));
		expect((await site.ask('DELETE', '/v1/auth/session', { token })).status).toBe(204);
		expect((await site.ask('GET', '/v1/auth/session', { token })).body).toMatchObject({ code: 'not-logged-in' });
	});

	const refusals: readonly [string, (scene: ServiceSite) => Promise<ChallengeAnswer | object>, string, number][] = [
		[
			'an answer to a challenge that was answered before',
			async (scene) => {
				const answer = await scene.prove(scene.person('Ola', 'PNONO-2'));
				await scene.ask('POST', '/v1/auth/card', { json: answer });
				return answer;
			},
			'challenge-unknown',
			401,
		],
		[
			'a signature for another service',
			(scene) =>
				challengeOf(scene).then((given) =>
					scene.prove(scene.person('Ola', 'PNONO-3'), { ...given, origin: 'https://evil.example' }),
				),
			'challenge-signature',
			401,
		],
		[
			'a certificate with another’s signature',
			async (scene) => ({
				...(await scene.prove(scene.person('Ola', 'PNONO-4'))),
				certificate: base64(scene.person('Kari', 'PNONO-5')),
			}),
			'challenge-signature',
			401,
		],
		[
			'a revoked certificate',
			(scene) => {
				const issued = scene.person('Ola', 'PNONO-6');
				scene.pki.revoke(issued);
				return scene.prove(issued);
			},
			'certificate-refused',
			401,
		],
		[
			'a certificate without an identifier',
			(scene) => scene.prove(scene.pki.issue({ commonName: 'Ola' })),
			'certificate-refused',
			401,
		],
		[
			'a certificate that is for signing documents alone',
			(scene) =>
				scene.prove(scene.pki.issue({ commonName: 'Ola', identifier: 'PNONO-7', keyUsage: ['nonRepudiation'] })),
			'certificate-refused',
			401,
		],
		[
			'what is no certificate',
			async (scene) => ({ ...(await scene.prove(scene.person('O', 'PNONO-8'))), certificate: 'AAAA' }),
			'certificate-refused',
			401,
		],
		['what is no answer', async () => ({ challenge: 'x' }), 'request-invalid', 400],
	];
	it.each(refusals)('is refused for %s', async (_, make, code, status) => {
		await elsewhere(async (scene) => {
			const answer = await scene.ask('POST', '/v1/auth/card', { json: await make(scene) });
			expect(answer.body).toMatchObject({ code });
			expect(answer.status).toBe(status);
			expect(answer.headers.get('content-type')).toContain('application/problem+json');
		});
	});

	it('is refused for an authority that nobody trusts here', async () => {
		await using other = await DemoPki.start();
		const stranger = other.issue({ commonName: 'Ola', identifier: 'PNONO-9' });
		await elsewhere(async (scene) => {
			const answer = await scene.ask('POST', '/v1/auth/card', { json: await scene.prove(stranger) });
			expect(answer.body).toMatchObject({ code: 'certificate-refused' });
		});
	});

	it('waits when nobody says whether the certificate is revoked', async () => {
		await elsewhere(async (scene) => {
			await scene.pki.ocsp.fail('down');
			await scene.pki.repository.fail('down');
			const answer = await scene.ask('POST', '/v1/auth/card', {
				json: await scene.prove(scene.person('Ola', 'PNONO-10')),
			});
			expect(answer.status).toBe(503);
			expect(answer.body).toMatchObject({ code: 'certificate-revocation-unknown' });
		});
	});
});

describe('a certificate to sign with', () => {
	it('is enrolled by its key, listed, and given up', async () => {
		const { token } = await site.logIn(site.person('Kari', 'PNONO-20'));
		const signing = site.pki.issue({ commonName: 'Kari', keyUsage: ['nonRepudiation'] });
		const enrolled = await site.ask('POST', '/v1/auth/credentials', { token, json: await site.prove(signing) });
		expect(enrolled.body).toMatchObject({ level: 4, subject: expect.stringContaining('Kari') });
		const listed = await site.ask('GET', '/v1/auth/credentials', { token });
		expect(listed.body).toEqual({ credentials: [enrolled.body] });
		const { sha256 } = enrolled.body as { sha256: string };
		expect((await site.ask('DELETE', `/v1/auth/credentials/${sha256}`, { token })).status).toBe(204);
		expect((await site.ask('GET', '/v1/auth/credentials', { token })).body).toEqual({ credentials: [] });
	});

	it('is one person’s alone', async () => {
		const signing = site.pki.issue({ commonName: 'Kari', keyUsage: ['nonRepudiation'] });
		const kari = await site.logIn(site.person('Kari', 'PNONO-21'));
		const ola = await site.logIn(site.person('Ola', 'PNONO-22'));
		await site.ask('POST', '/v1/auth/credentials', { token: kari.token, json: await site.prove(signing) });
		const second = await site.ask('POST', '/v1/auth/credentials', {
			token: ola.token,
			json: await site.prove(signing),
		});
		expect(second.body).toMatchObject({ code: 'certificate-taken' });
	});
});

const base64 = ({ certificate }: Issued): string => Buffer.from(certificate).toString('base64');
const challengeOf = async (scene: ServiceSite) =>
	challenge.parse((await scene.ask('POST', '/v1/auth/challenges', { json: {} })).body);
