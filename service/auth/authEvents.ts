/** Logins and what administrators do, as events. */
import type { NewEvent } from '../events/eventLog.ts';
import type { AfterFailure } from './lockout.ts';
import type { Claims } from './people.ts';
import type { Session } from './session.ts';
import type { Origin } from './sessions.ts';

type Detail = Readonly<Record<string, string | number>>;

export const loginEvent = (person: string, { method, level }: Claims, { address, device }: Origin): NewEvent => ({
	actor: person,
	level,
	category: 'login',
	action: 'login.succeeded',
	entity: { kind: 'person', id: person },
	step: null,
	device,
	detail: { method },
	personal: { address },
});

export const failureEvent = ({ triesLeft }: AfterFailure, method: string, code: string, origin: Origin): NewEvent => ({
	actor: null,
	level: null,
	category: 'login',
	action: triesLeft === 0 ? 'login.locked' : 'login.failed',
	entity: null,
	step: null,
	device: origin.device,
	detail: { method, code },
	personal: { address: origin.address },
});

/** Something a person does with their own means of logging in. */
export const authEvent = (action: string, session: Session, detail: Detail = {}): NewEvent => ({
	actor: session.person.user,
	level: session.person.level,
	category: 'login',
	action,
	entity: { kind: 'person', id: session.person.user },
	step: null,
	device: session.device,
	detail,
	personal: { address: session.address },
});

/** @param by null where the configuration decides. */
export const administrationEvent = (
	action: string,
	by: Session | null,
	person: string,
	detail: Detail = {},
): NewEvent => ({
	actor: by?.person.user ?? null,
	level: by?.person.level ?? null,
	category: 'administration',
	action,
	entity: { kind: 'person', id: person },
	step: null,
	device: by?.device ?? null,
	detail,
	personal: by === null ? {} : { address: by.address },
});
