import { z } from 'zod';
import type { EnrolledCertificate, Person } from '../../core/postings/actor.ts';
import { instant, newUuid, sha256, toInstant, userId } from '../../core/postings/identifiers.ts';
import { type AssuranceLevel, assuranceLevel, language } from '../../core/postings/posting.ts';
import { type Credential, type TenantRole, tenantRole } from '../../core/postings/protocol/auth.ts';
import type { Row } from '../db/schema.ts';
import type { Main, MainTransaction } from '../db/serviceDatabase.ts';
import { isUniqueViolation } from '../db/violations.ts';
import type { Tenant } from '../keys/tenant.ts';
import { AuthError } from './authError.ts';

const personFacts = z.object({ name: z.string(), email: z.email().nullable(), language });
export type PersonFacts = Readonly<z.infer<typeof personFacts>>;

const enrolment = z.object({
	sha256,
	subject: z.string(),
	issuer: z.string(),
	notAfter: instant,
	level: assuranceLevel,
	enrolledAt: instant,
});

/** What a login has proved of somebody. */
export const claims = z.object({
	/** By what the same person is known again. */
	known: z.object({ kind: z.enum(['identifier', 'oidc', 'email']), value: z.string() }),
	method: z.string(),
	level: assuranceLevel,
	/** Verified by whoever vouches. */
	emails: z.array(z.email()).readonly(),
	/** Where letters go, which nobody has verified: it proves nothing. */
	contact: z.email().optional(),
	identifiers: z.array(z.string()).readonly(),
	name: z.string(),
	language: language.optional(),
	/** Of people who come for the first time. */
	role: tenantRole,
});
export type Claims = Readonly<z.infer<typeof claims>>;

/** A person as the tables have them. */
export interface KnownPerson {
	readonly id: string;
	readonly role: TenantRole;
	readonly active: boolean;
	readonly facts: PersonFacts;
	/** One that has given a code: it is asked for at every login of an administrator. */
	readonly hasAuthenticator: boolean;
}

type Kind = Row<'personIdentifier'>['kind'];

/** The people of a tenant: everything about them is encrypted, and found by blind indexes. */
export class People {
	readonly #tenant: Tenant;

	constructor(tenant: Tenant) {
		this.#tenant = tenant;
	}

	/** Whoever these claims are about, made where they come for the first time; what was proved is remembered. */
	async admit(trx: MainTransaction, claims: Claims, now: Date): Promise<KnownPerson> {
		const found =
			(await this.#holderOf(trx, claims.known.kind, claims.known.value)) ??
			(await this.#firstHolder(trx, claims.identifiers)) ??
			(await this.#mailOnly(trx, claims.emails));
		const id = found ?? (await this.#create(trx, claims, now));
		if (claims.known.kind !== 'email')
			await this.#remember(trx, id, claims.known.kind, claims.known.value, claims, now);
		for (const identifier of claims.identifiers) await this.#remember(trx, id, 'identifier', identifier, claims, now);
		for (const email of claims.emails) await this.#remember(trx, id, 'email', email, claims, now);
		const person = await this.find(trx, id);
		if (person === undefined) throw new TypeError('the person who was just admitted is gone');
		return person;
	}

	async find(db: Main | MainTransaction, id: string): Promise<KnownPerson | undefined> {
		const row = await db
			.selectFrom('person')
			.selectAll()
			.where('tenant', '=', this.#tenant.id)
			.where('id', '=', id)
			.executeTakeFirst();
		return row && this.#known(row);
	}

	/** All, or those in a role. */
	async list(db: Main | MainTransaction, role?: TenantRole): Promise<readonly KnownPerson[]> {
		let query = db.selectFrom('person').selectAll().where('tenant', '=', this.#tenant.id);
		if (role !== undefined) query = query.where('role', '=', role);
		return (await query.orderBy('id').execute()).map((row) => this.#known(row));
	}

	/** As postings see somebody who is logged in at this level: what was proved at a higher one does not count. */
	async actor(db: Main | MainTransaction, id: string, level: AssuranceLevel): Promise<Person> {
		const rows = await db
			.selectFrom('personIdentifier')
			.selectAll()
			.where('tenant', '=', this.#tenant.id)
			.where('person', '=', id)
			.execute();
		const values = (kind: string, atMost: number): string[] =>
			rows.filter((row) => row.kind === kind && row.level <= atMost).map((row) => z.string().parse(this.#value(row)));
		const enrolled = rows.filter(({ kind }) => kind === 'certificate').map((row) => enrolment.parse(this.#value(row)));
		return {
			kind: 'person',
			user: userId.parse(id),
			level,
			emails: values('email', 4),
			identifiers: values('identifier', level),
			enrolled: enrolled.map(
				(one): EnrolledCertificate => ({ sha256: one.sha256, level: one.level, enrolledAt: one.enrolledAt }),
			),
		};
	}

	async credentials(db: Main | MainTransaction, id: string): Promise<readonly Credential[]> {
		const rows = await db
			.selectFrom('personIdentifier')
			.selectAll()
			.where('tenant', '=', this.#tenant.id)
			.where('person', '=', id)
			.where('kind', '=', 'certificate')
			.execute();
		return rows.map((row) => enrolment.parse(this.#value(row)));
	}

	/** @throws {AuthError} `certificate-taken` where it is somebody else's. */
	async enrol(
		trx: MainTransaction,
		id: string,
		certificate: Omit<Credential, 'enrolledAt'>,
		now: Date,
	): Promise<Credential> {
		const credential = { ...certificate, enrolledAt: toInstant(now) };
		const holder = await this.#holderOf(trx, 'certificate', certificate.sha256);
		if (holder !== undefined && holder !== id)
			throw new AuthError('certificate-taken', 'This certificate is enrolled already.');
		await this.#forget(trx, id, certificate.sha256);
		await this.#insert(trx, id, 'certificate', certificate.sha256, credential, certificate.level, now);
		return credential;
	}

	/** @returns whether there was one. */
	async revoke(trx: MainTransaction, id: string, certificate: string): Promise<boolean> {
		return this.#forget(trx, id, certificate);
	}

	async setRole(trx: MainTransaction, id: string, role: TenantRole): Promise<void> {
		await this.#update(trx, id, { role });
	}

	async setActive(trx: MainTransaction, id: string, active: boolean): Promise<void> {
		await this.#update(trx, id, { active: active ? 1 : 0 });
		if (!active)
			await trx.deleteFrom('session').where('tenant', '=', this.#tenant.id).where('person', '=', id).execute();
	}

	/** What a person says of themselves: where letters go, and in which language. */
	async describe(trx: MainTransaction, id: string, changed: Partial<Omit<PersonFacts, 'name'>>): Promise<void> {
		const person = await this.find(trx, id);
		if (person === undefined) throw new AuthError('person-unknown', 'There is no such person.');
		await this.#update(trx, id, { factsSealed: this.#seal(id, { ...person.facts, ...changed }) });
	}

	async #create(trx: MainTransaction, claims: Claims, now: Date): Promise<string> {
		const id = newUuid(now);
		const facts = {
			name: claims.name,
			email: claims.emails[0] ?? claims.contact ?? null,
			language: claims.language ?? 'en',
		};
		await trx
			.insertInto('person')
			.values({
				tenant: this.#tenant.id,
				id,
				role: claims.role,
				active: 1,
				factsSealed: this.#seal(id, facts),
				totpSealed: null,
				totpStep: 0,
				createdAt: now.getTime(),
			})
			.execute();
		return id;
	}

	async #remember(
		trx: MainTransaction,
		id: string,
		kind: 'email' | 'identifier' | 'oidc',
		value: string,
		{ level }: Claims,
		now: Date,
	): Promise<void> {
		const valueIndex = this.#index(kind, value);
		const known = await trx
			.selectFrom('personIdentifier')
			.select(['person', 'level'])
			.where('tenant', '=', this.#tenant.id)
			.where('kind', '=', kind)
			.where('valueIndex', '=', valueIndex)
			.where('holder', '=', kind === 'email' ? id : '')
			.executeTakeFirst();
		if (known === undefined) {
			await this.#insert(trx, id, kind, value, value, level, now);
			return;
		}
		if (known.person !== id)
			throw new AuthError('identifier-taken', 'What this login proves belongs to another account.');
		// Proved once at a lower level: it counts from there.
		if (level < known.level)
			await trx
				.updateTable('personIdentifier')
				.set({ level })
				.where('tenant', '=', this.#tenant.id)
				.where('kind', '=', kind)
				.where('valueIndex', '=', valueIndex)
				.where('person', '=', id)
				.execute();
	}

	async #insert(
		trx: MainTransaction,
		id: string,
		kind: Kind,
		value: string,
		kept: unknown,
		level: number,
		now: Date,
	): Promise<void> {
		const valueIndex = this.#index(kind, value);
		const holder = kind === 'email' ? id : '';
		const valueSealed = this.#tenant.columns.seal(kept, valueContext(kind, valueIndex));
		const place = { tenant: this.#tenant.id, kind, valueIndex, holder, person: id };
		try {
			await trx
				.insertInto('personIdentifier')
				.values({ ...place, level, valueSealed, createdAt: now.getTime() })
				.execute();
		} catch (cause) {
			if (!isUniqueViolation(cause)) throw cause;
			throw new AuthError('identifier-taken', 'What this login proves belongs to another account.', { cause });
		}
	}

	async #forget(trx: MainTransaction, id: string, certificate: string): Promise<boolean> {
		const { numDeletedRows } = await trx
			.deleteFrom('personIdentifier')
			.where('tenant', '=', this.#tenant.id)
			.where('kind', '=', 'certificate')
			.where('valueIndex', '=', this.#index('certificate', certificate))
			.where('person', '=', id)
			.executeTakeFirst();
		return numDeletedRows > 0n;
	}

	async #holderOf(trx: MainTransaction, kind: Kind, value: string): Promise<string | undefined> {
		const row = await trx
			.selectFrom('personIdentifier')
			.select('person')
			.where('tenant', '=', this.#tenant.id)
			.where('kind', '=', kind)
			.where('valueIndex', '=', this.#index(kind, value))
			.orderBy('createdAt')
			.executeTakeFirst();
		return row?.person;
	}

	async #firstHolder(trx: MainTransaction, identifiers: readonly string[]): Promise<string | undefined> {
		for (const identifier of identifiers) {
			const holder = await this.#holderOf(trx, 'identifier', identifier);
			if (holder !== undefined) return holder;
		}
		return undefined;
	}

	/** An account that has shown nothing but one of these addresses: who proves the same address by better means takes it on. */
	async #mailOnly(trx: MainTransaction, emails: readonly string[]): Promise<string | undefined> {
		for (const email of emails) {
			const holder = await this.#holderOf(trx, 'email', email);
			if (holder === undefined) continue;
			const more = await trx
				.selectFrom('personIdentifier')
				.select('kind')
				.where('tenant', '=', this.#tenant.id)
				.where('person', '=', holder)
				.where('kind', '!=', 'email')
				.executeTakeFirst();
			if (more === undefined) return holder;
		}
		return undefined;
	}

	async #update(trx: MainTransaction, id: string, values: Partial<Row<'person'>>): Promise<void> {
		const { numUpdatedRows } = await trx
			.updateTable('person')
			.set(values)
			.where('tenant', '=', this.#tenant.id)
			.where('id', '=', id)
			.executeTakeFirst();
		if (numUpdatedRows === 0n) throw new AuthError('person-unknown', 'There is no such person.');
	}

	#known(row: Row<'person'>): KnownPerson {
		const facts = personFacts.parse(this.#tenant.columns.unseal(row.factsSealed, factsContext(row.id)));
		const hasAuthenticator = row.totpSealed !== null && row.totpStep > 0;
		return { id: row.id, role: row.role, active: row.active === 1, facts, hasAuthenticator };
	}

	#seal(id: string, facts: PersonFacts): Buffer {
		return this.#tenant.columns.seal(facts, factsContext(id));
	}

	#value(row: Row<'personIdentifier'>): unknown {
		return this.#tenant.columns.unseal(row.valueSealed, valueContext(row.kind, row.valueIndex));
	}

	#index(kind: string, value: string): string {
		return this.#tenant.columns.blindIndex(kind, value);
	}
}

const factsContext = (id: string): string => `person:facts:${id}`;
const valueContext = (kind: string, valueIndex: string): string => `person-identifier:${kind}:${valueIndex}`;
