import type { Person } from '../../core/postings/actor.ts';
import type { Language } from '../../core/postings/posting.ts';
import type { TenantRole } from '../../core/postings/protocol/auth.ts';
import type { Tenant } from '../keys/tenant.ts';

/** Somebody who is logged in, and with what: everything that a route needs to decide whether they may. */
export interface Session {
	/** SHA-256 of the token, hex. */
	readonly id: string;
	readonly tenant: Tenant;
	readonly person: Person;
	readonly name: string;
	readonly email: string | null;
	readonly role: TenantRole;
	readonly language: Language;
	/** `card`, `mail`, or the issuer of OpenID Connect. */
	readonly method: string;
	/** False while an administrator has not given the second factor: then nothing is allowed but that. */
	readonly complete: boolean;
	/** Whether they have an authenticator to give it with. */
	readonly hasAuthenticator: boolean;
	readonly expiresAt: Date;
	/** From where this request came. */
	readonly address: string;
	/** Of the application that asks, as it calls itself; null where it does not. */
	readonly device: string | null;
}
