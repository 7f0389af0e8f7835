import { expect, it } from 'vitest';
import { Session, TOKEN_LIFETIME } from './session.ts';

it('refuses a token that is a minute old', () => {
	let now = 0;
	const session = new Session({ now: () => new Date(now) });
	const [early, late] = [session.issue(), session.issue()];
	now = TOKEN_LIFETIME - 1;
	expect(session.exchange(early)).toBeDefined();
	now = TOKEN_LIFETIME;
	expect(session.exchange(late)).toBeUndefined();
});

it('admits the cookie that a token was exchanged for, and no other', () => {
	const session = new Session();
	const cookie = session.exchange(session.issue());
	expect(session.admits(cookie)).toBe(true);
	expect(session.admits(new Session().exchange('x'))).toBe(false);
	expect(session.admits(`${cookie}0`)).toBe(false);
	expect(session.admits('')).toBe(false);
});
