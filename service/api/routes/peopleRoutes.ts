import { z } from 'zod';
import { userId } from '../../../core/postings/identifiers.ts';
import { email, language } from '../../../core/postings/posting.ts';
import { tenantRole } from '../../../core/postings/protocol/auth.ts';
import { administrationEvent } from '../../auth/authEvents.ts';
import { People } from '../../auth/people.ts';
import type { SecondFactor } from '../../auth/secondFactor.ts';
import type { ServiceDatabase } from '../../db/serviceDatabase.ts';
import type { Recorder } from '../../recorder.ts';
import { sessionOf } from '../access.ts';
import { ApiError } from '../apiError.ts';
import type { App } from '../app.ts';

export interface PeopleRouteParts {
	readonly database: ServiceDatabase;
	readonly recorder: Recorder;
	readonly secondFactor: SecondFactor;
}

const person = z.object({
	id: z.string(),
	name: z.string(),
	email: email.nullable(),
	language,
	role: tenantRole,
	active: z.boolean(),
	secondFactor: z.boolean(),
});

/** `/v1/people`: what administrators may change about people, and never about themselves. */
export function peopleRoutes(app: App, { database, recorder, secondFactor }: PeopleRouteParts): void {
	const config = { access: ['administrator'] as const };
	const tags = ['people'];
	const params = z.object({ person: userId });
	const nothing = z.null().describe('nothing');

	app.get(
		'/v1/people',
		{
			config,
			schema: { tags, summary: 'The people of the tenant', response: { 200: z.object({ people: z.array(person) }) } },
		},
		async (request) => {
			const session = sessionOf(request);
			const known = await new People(session.tenant).list(database.main);
			await recorder.record(session.tenant, ({ events }) =>
				events({ ...administrationEvent('people.read', session, session.person.user), category: 'access' }),
			);
			const people = known.map(({ id, role, active, facts, hasAuthenticator }) => ({
				...facts,
				id,
				role,
				active,
				secondFactor: hasAuthenticator,
			}));
			return { people };
		},
	);

	app.patch(
		'/v1/people/:person',
		{
			config,
			schema: {
				tags,
				summary: 'Another role, or an end to their logins',
				params,
				body: z.object({ role: tenantRole.optional(), active: z.boolean().optional() }),
				response: { 204: nothing },
			},
		},
		async (request, reply) => {
			const session = sessionOf(request);
			const { person: id } = request.params;
			requireAnother(id, session.person.user);
			const { role, active } = request.body;
			const people = new People(session.tenant);
			await recorder.record(session.tenant, async ({ trx, events }) => {
				if (role !== undefined) {
					await people.setRole(trx, id, role);
					await events(administrationEvent('person.role-changed', session, id, { role }));
				}
				if (active !== undefined) {
					await people.setActive(trx, id, active);
					await events(administrationEvent(active ? 'person.enabled' : 'person.disabled', session, id));
				}
			});
			return reply.code(204).send(null);
		},
	);

	app.delete(
		'/v1/people/:person/totp',
		{
			config,
			schema: {
				tags,
				summary: 'Forget the authenticator of somebody who lost it: they enrol another at their next login',
				params,
				response: { 204: nothing },
			},
		},
		async (request, reply) => {
			const session = sessionOf(request);
			requireAnother(request.params.person, session.person.user);
			await secondFactor.reset(session, request.params.person);
			return reply.code(204).send(null);
		},
	);
}

/** Nobody locks themselves out, or takes their own second factor away. */
function requireAnother(id: string, own: string): void {
	if (id === own) throw new ApiError('role-forbids', 'Another administrator has to do this for you.');
}
