import { describe, expect, it } from 'vitest';
import { Authenticator } from '../../test/kit/authenticator.ts';
import { ServiceSite } from '../../test/kit/serviceSite.ts';
import { People } from './people.ts';
import { base32, matchingStep, totpCode, totpStep } from './totp.ts';

describe('codes of an authenticator', () => {
	// RFC 6238, appendix B, with the six digits that RFC 4226 §5.3 cuts off.
	it.each([
		[59, '287082'],
		[1111111109, '081804'],
		[1234567890, '005924'],
		[20000000000, '353130'],
	])('are those of the standard at second %i', (seconds, code) => {
		expect(totpCode(Buffer.from('12345678901234567890'), totpStep(new Date(seconds * 1000)))).toBe(code);
	});

	it('count for a step before and after, and once', () => {
		const secret = Buffer.from('12345678901234567890');
		const now = new Date(1234567890_000);
		const step = totpStep(now);
		expect(matchingStep(secret, totpCode(secret, step - 1), now, 0)).toBe(step - 1);
		expect(matchingStep(secret, totpCode(secret, step + 1), now, 0)).toBe(step + 1);
		expect(matchingStep(secret, totpCode(secret, step + 2), now, 0)).toBeUndefined();
		expect(matchingStep(secret, totpCode(secret, step), now, step)).toBeUndefined();
		expect(matchingStep(secret, '', now, 0)).toBeUndefined();
	});

	it('have secrets in base32 (RFC 4648 §10)', () => {
		expect(base32(Buffer.from('foobar'))).toBe('MZXW6YTBOI');
	});
});

describe('an administrator', () => {
	it('gets in with a second factor alone, which is enrolled once, and every administrator is told', async () => {
		const clock = { time: Date.now(), now: () => new Date(clock.time) };
		await using site = await ServiceSite.start({ clock, config: { administrators: ['PNONO-ADA'] } });
		const ada = site.person('Ada', 'PNONO-ADA');
		const login = await site.logIn(ada);
		const { token } = login;
		expect(login).toMatchObject({ secondFactor: true, authenticator: false, account: { role: 'administrator' } });
		expect((await site.ask('GET', '/v1/snapshot', { token })).body).toMatchObject({ code: 'second-factor-needed' });
		expect((await site.ask('POST', '/v1/auth/totp', { token, json: { code: '000000' } })).body).toMatchObject({
			code: 'totp-not-enrolled',
		});

		const { secret } = (await site.ask('POST', '/v1/auth/totp/enrol', { token })).body as { secret: string };
		const authenticator = new Authenticator(secret);
		const code = () => authenticator.code(clock.now());
		expect((await site.ask('POST', '/v1/auth/totp', { token, json: { code: '000000' } })).body).toMatchObject({
			code: 'totp-wrong',
			triesLeft: 4,
		});
		expect((await site.ask('POST', '/v1/auth/totp', { token, json: { code: code() } })).status).toBe(204);
		expect((await site.ask('GET', '/v1/events', { token })).status).toBe(200);

		const second = await site.logIn(ada);
		expect(second).toMatchObject({ secondFactor: true, authenticator: true });
		const again = { token: second.token, json: { code: code() } };
		expect((await site.ask('POST', '/v1/auth/totp', again)).body).toMatchObject({ code: 'totp-wrong', triesLeft: 4 });
		expect((await site.ask('POST', '/v1/auth/totp/enrol', { token: second.token })).body).toMatchObject({
			code: 'totp-enrolled',
		});
		clock.time += 30_000;
		expect((await site.ask('POST', '/v1/auth/totp', { token: second.token, json: { code: code() } })).status).toBe(204);

		const { database, events } = site.service.parts;
		const actions = (await events.read(site.tenant, { from: 1, limit: 100 })).map(
			({ body }) => JSON.parse(body).action,
		);
		expect(actions).toEqual(
			expect.arrayContaining(['person.role-changed', 'totp.enrolled', 'login.second-factor', 'login.failed']),
		);
		const row = await database.main.selectFrom('person').select('totpSealed').executeTakeFirstOrThrow();
		expect(row.totpSealed?.toString('latin1')).not.toContain(secret);
	});

	it('has five tries, and is told how many are left and how long to wait', async () => {
		const clock = { time: Date.now(), now: () => new Date(clock.time) };
		await using site = await ServiceSite.start({ clock, config: { administrators: ['PNONO-ADA'] } });
		const { token } = await site.logIn(site.person('Ada', 'PNONO-ADA'));
		const { secret } = (await site.ask('POST', '/v1/auth/totp/enrol', { token })).body as { secret: string };
		const authenticator = new Authenticator(secret);
		const give = (code: string) => site.ask('POST', '/v1/auth/totp', { token, json: { code } });
		for (const triesLeft of [4, 3, 2, 1]) {
			const refused = await give(authenticator.wrongCode(clock.now()));
			expect(refused).toMatchObject({ status: 401, body: { code: 'totp-wrong', triesLeft } });
			expect(refused.headers.get('retry-after')).toBeNull();
		}
		const last = await give(authenticator.wrongCode(clock.now()));
		expect(last).toMatchObject({ status: 429, body: { code: 'locked-out' } });
		expect(last.headers.get('retry-after')).toBe('900');
		expect(await give(authenticator.code(clock.now()))).toMatchObject({ status: 429, body: { code: 'locked-out' } });
		clock.time += 15 * 60_000 + 1;
		expect((await give(authenticator.code(clock.now()))).status).toBe(204);
	});

	it('finds a code used where two come with it at once', async () => {
		await using site = await ServiceSite.start({ config: { administrators: ['PNONO-ADA'] } });
		const ada = site.person('Ada', 'PNONO-ADA');
		const [first, second] = [await site.logIn(ada), await site.logIn(ada)];
		const { secret } = (await site.ask('POST', '/v1/auth/totp/enrol', { token: first.token })).body as {
			secret: string;
		};
		const code = new Authenticator(secret).code();
		const give = ({ token }: typeof first) => site.ask('POST', '/v1/auth/totp', { token, json: { code } });
		const answers = await Promise.all([give(first), give(second)]);
		expect(answers.map(({ status }) => status).toSorted()).toEqual([204, 401]);
	});

	it('is told of logins of administrators by mail', async () => {
		await using site = await ServiceSite.start({ config: { administrators: ['PNONO-ADA'] } });
		const ada = site.person('Ada', 'PNONO-ADA');
		const { account } = await site.logIn(ada);
		const { main } = site.service.parts.database;
		const people = new People(site.tenant);
		await main.transaction().execute((trx) => people.describe(trx, account.user, { email: 'ada@example.org' }));
		await site.logIn(ada);
		const letters = await main.selectFrom('mail').select('kind').execute();
		expect(letters).toEqual([{ kind: 'administrator-login' }]);
	});
});

describe('what administrators do about people', () => {
	it('ends their logins, changes their roles, and is recorded', async () => {
		const clock = { time: Date.now(), now: () => new Date(clock.time) };
		await using site = await ServiceSite.start({ clock, config: { administrators: ['PNONO-ADA'] } });
		const { token, account } = await site.logIn(site.person('Ada', 'PNONO-ADA'));
		const { secret } = (await site.ask('POST', '/v1/auth/totp/enrol', { token })).body as { secret: string };
		await site.ask('POST', '/v1/auth/totp', {
			token,
			json: { code: new Authenticator(secret).code(clock.now()) },
		});
		const per = site.person('Per', 'PNONO-PER');
		const other = await site.logIn(per);
		expect((await site.ask('GET', '/v1/people', { token: other.token })).status).toBe(403);
		const { people } = (await site.ask('GET', '/v1/people', { token })).body as {
			people: { name: string; role: string }[];
		};
		// They come in the order of their ids, which are random.
		expect(people.map(({ name, role }) => `${name}: ${role}`).toSorted()).toEqual([
			'Ada: administrator',
			'Per: member',
		]);
		const path = `/v1/people/${other.account.user}`;
		expect((await site.ask('PATCH', path, { token, json: { role: 'auditor' } })).status).toBe(204);
		expect((await site.ask('GET', '/v1/events', { token: other.token })).status).toBe(200);
		expect((await site.ask('PATCH', path, { token, json: { active: false } })).status).toBe(204);
		expect((await site.ask('GET', '/v1/snapshot', { token: other.token })).status).toBe(401);
		const refused = await site.ask('POST', '/v1/auth/card', { json: await site.prove(per) });
		expect(refused.body).toMatchObject({ code: 'account-disabled' });
		expect((await site.ask('PATCH', `/v1/people/${account.user}`, { token, json: { active: false } })).status).toBe(
			403,
		);
		expect((await site.ask('DELETE', `/v1/people/${account.user}/totp`, { token })).status).toBe(403);
		const entries = await site.service.parts.events.read(site.tenant, {
			from: 1,
			limit: 100,
			entity: other.account.user,
		});
		const actions = entries.map(({ body }) => JSON.parse(body).action);
		expect(actions).toEqual(expect.arrayContaining(['person.role-changed', 'person.disabled']));
	});
});
