/** Who may ask what: each route of the service against each kind of person, as a table. Nothing is missing from it. */
import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newUuid, opId } from '../../core/postings/identifiers.ts';
import type { TenantRole } from '../../core/postings/protocol/auth.ts';
import { opsResponse } from '../../core/postings/protocol/ops.ts';
import { planPosting } from '../../test/kit/postingScene.ts';
import { type Answer, ServiceSite } from '../../test/kit/serviceSite.ts';
import { People } from '../auth/people.ts';

/**
 * Strangers to the posting by role, whose login may lack its second factor; and those whom the posting knows: its owner, who
 * is to sign it now, who declined, and a signatory whose login is weaker than the posting wants.
 */
const everyone = [
	...['nobody', 'unfinished', 'guest', 'member', 'auditor', 'administrator'],
	...['owner', 'signatory', 'former', 'weak'],
] as const;
type Who = (typeof everyone)[number];

let site: ServiceSite;
let place: {
	readonly posting: string;
	readonly document: string;
	readonly blob: string;
	readonly tokens: ReadonlyMap<Who, string>;
	readonly places: ReadonlyMap<Who, string>;
};
beforeAll(async () => {
	site = await ServiceSite.start({ config: { limits: { requestsPerMinute: 100_000, loginsPerMinute: 100_000 } } });
	place = await populate();
}, 60_000);
afterAll(() => site?.close());

async function populate(): Promise<typeof place> {
	const tokens = new Map<Who, string>();
	for (const who of everyone) if (who !== 'nobody') tokens.set(who, await logIn(who));
	const plan = await planPosting({
		steps: [
			[
				['Former', 'signer'],
				['Signatory', 'signer'],
				['Weak', 'signer'],
			],
		],
	});
	const [document] = plan.content.documents;
	const [bytes] = plan.documents;
	if (!document || !bytes) throw new TypeError('the plan has a document');
	await upload(tokens.get('owner') ?? '', { posting: plan.id, document: document.id, bytes });
	const content = { ...plan.content, minLevel: 3 };
	await apply(tokens.get('owner'), plan.id, { type: 'create', body: { content } });
	await apply(tokens.get('owner'), plan.id, { type: 'activate', body: {} }, 1);
	const places = new Map<Who, string>();
	for (const { name, id } of plan.content.signatories)
		for (const who of everyone) if (who.toLowerCase() === name.toLowerCase()) places.set(who, id);
	const as = places.get('former');
	await apply(tokens.get('former'), plan.id, { type: 'decline', body: { as, reason: 'not mine' } });
	return { posting: plan.id, document: document.id, blob: document.content.sha256, tokens, places };
}

async function logIn(who: Who): Promise<string> {
	const name = who[0]?.toUpperCase() + who.slice(1);
	const { token, account } = await site.logIn(site.person(name, `PNONO-${name}`));
	const { database, tenants } = site.service.parts;
	const roles: Readonly<Partial<Record<Who, TenantRole>>> = {
		...{ guest: 'guest', auditor: 'auditor', administrator: 'administrator', unfinished: 'administrator' },
		...{ signatory: 'guest', former: 'guest', weak: 'guest' },
	};
	const role = roles[who];
	for (const tenant of tenants)
		if (role) await database.main.transaction().execute((trx) => new People(tenant).setRole(trx, account.user, role));
	const session = createHash('sha256').update(token).digest('hex');
	const change = { ...(who === 'administrator' && { secondFactor: 1 }), ...(who === 'weak' && { level: 2 }) };
	if (Object.keys(change).length > 0)
		await database.main.updateTable('session').set(change).where('id', '=', session).execute();
	return token;
}

const metadata = (fields: Readonly<Record<string, string>>): string =>
	Object.entries(fields)
		.map(([name, value]) => `${name} ${Buffer.from(value).toString('base64')}`)
		.join(',');

const tus = { 'tus-resumable': '1.0.0' };

async function upload(
	token: string,
	{ posting, document, bytes }: { readonly posting: string; readonly document: string; readonly bytes: Uint8Array },
): Promise<void> {
	const sha256 = createHash('sha256').update(bytes).digest('hex');
	const headers = {
		...tus,
		'upload-length': String(bytes.length),
		'upload-metadata': metadata({ posting, document, kind: 'document', sha256 }),
	};
	const begun = await site.ask('POST', '/v1/uploads', { token, headers });
	const path = new URL(begun.headers.get('location') ?? '', site.url).pathname;
	const body = Uint8Array.from(bytes);
	const content = { ...tus, 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' };
	await site.ask('PATCH', path, { token, headers: content, body });
}

type Command = { readonly type: string; readonly body: object };

async function result(token: string | undefined, entity: string, command: Command, baseVersion = 0) {
	const json = { ops: [{ opId: opId.parse(newUuid()), entity, baseVersion, ...command }] };
	const answer = await site.ask('POST', '/v1/ops', { ...(token === undefined ? {} : { token }), json });
	if (answer.status !== 200) throw new TypeError(JSON.stringify(answer.body));
	return opsResponse.parse(answer.body).results[0];
}

async function apply(...given: Parameters<typeof result>): Promise<void> {
	expect(await result(...given)).toMatchObject({ status: 'applied' });
}

/** Everybody who is logged in; all whose login is whole; those whom the posting knows. */
const loggedIn = everyone.filter((who) => who !== 'nobody');
const whole = loggedIn.filter((who) => who !== 'unfinished');
const known: readonly Who[] = ['owner', 'signatory', 'former'];

/** `nothing` where its very existence is nobody's business. */
type Outcome = 'answer' | 'login' | 'forbidden' | 'nothing';

interface Row {
	/** Method and route, as it is registered. */
	readonly route: string;
	/** Who gets an answer, be it that the question was a bad one. */
	readonly may: readonly Who[];
	/** What strangers get instead. Forbidden unless told. */
	readonly strangers?: Outcome;
	/** What those get whom the posting knows. As strangers unless told. */
	readonly others?: Outcome;
	readonly path?: () => string;
	readonly request?: () => Omit<NonNullable<Parameters<ServiceSite['ask']>[2]>, 'token'>;
}

const missing = '01a216e3-2cc2-7d18-961c-94799e34dae1';
const badQuestion = () => ({ json: {} });
const api = (route: string, may: readonly Who[], more: Partial<Row> = {}): Row => ({ route, may, ...more });
const ofPosting = (route: string, may: readonly Who[], more: Partial<Row> = {}): Row => ({
	...{ route, may, strangers: 'nothing' },
	path: () =>
		(route.split(' ')[1] ?? '')
			.replace(':posting', place.posting)
			.replace(':document', place.document)
			.replace(':sha256', place.blob)
			.replace(':signatory', place.places.get('signatory') ?? ''),
	...more,
});

const rows: readonly Row[] = [
	...['/healthz', '/metrics', '/openapi.json', '/docs', '/style.css', '/favicon.ico'].map((path) =>
		api(`GET ${path}`, everyone),
	),
	api('GET /v1/auth/methods', everyone),
	api('GET /language/:language', everyone, { path: () => '/language/nb' }),
	api('OPTIONS /v1/uploads', everyone),
	...['challenges', 'card', 'oidc', 'oidc/session', 'mail', 'mail/session'].map((path) =>
		api(`POST /v1/auth/${path}`, everyone, { request: badQuestion }),
	),
	api('POST /v1/auth/totp/enrol', loggedIn, { request: badQuestion }),
	api('POST /v1/auth/totp', loggedIn, { request: badQuestion }),
	api('GET /v1/auth/session', loggedIn),
	api('PATCH /v1/account', whole, { request: badQuestion }),
	api('GET /v1/auth/credentials', whole),
	api('POST /v1/auth/credentials', whole, { request: badQuestion }),
	api('DELETE /v1/auth/credentials/:sha256', whole, { path: () => '/v1/auth/credentials/none' }),
	api('POST /v1/ops', whole, { request: badQuestion }),
	api('GET /v1/changes', whole, { path: () => '/v1/changes?cursor=0' }),
	api('GET /v1/snapshot', whole),
	api('GET /v1/postings', whole),
	ofPosting('GET /v1/postings/:posting', known),
	ofPosting('GET /v1/postings/:posting/events', known),
	ofPosting('GET /v1/receipts/:posting', known),
	ofPosting('GET /v1/blobs/:sha256', ['owner', 'signatory']),
	ofPosting('HEAD /v1/blobs/:sha256', ['owner', 'signatory']),
	ofPosting('POST /v1/uploads', ['signatory'], { others: 'forbidden', request: () => ({ headers: tailHeaders() }) }),
	// An upload is its uploader's, and this one is nobody's.
	...['HEAD', 'PATCH', 'DELETE'].map((method) =>
		api(`${method} /v1/uploads/:id`, [], {
			...{ strangers: 'nothing', path: () => `/v1/uploads/${randomUUID()}` },
			request: () => uploadRequest(method),
		}),
	),
	api('GET /v1/events', ['auditor', 'administrator']),
	api('GET /v1/events/verification', ['auditor', 'administrator']),
	api('GET /v1/people', ['administrator']),
	api('PATCH /v1/people/:person', ['administrator'], {
		...{ path: () => `/v1/people/${newUuid()}`, request: () => ({ json: {} }) },
	}),
	api('DELETE /v1/people/:person/totp', ['administrator'], { path: () => '/v1/people/none/totp' }),
	api('GET /login', everyone),
	api('GET /login/oidc', everyone),
	...['oidc/confirm', 'mail', 'mail/code'].map((path) =>
		api(`POST /login/${path}`, everyone, { request: foreignForm }),
	),
	api('POST /logout', [], { request: foreignForm }),
	api('GET /', whole),
	ofPosting('GET /p/:posting', known),
	ofPosting('GET /p/:posting/documents/:document', ['owner', 'signatory']),
	// Neither is there yet.
	ofPosting('GET /p/:posting/receipts/:signatory', []),
	ofPosting('GET /p/:posting/bundle', []),
	...['decline', 'approve'].map((act) =>
		ofPosting(`POST /p/:posting/${act}`, [], { strangers: 'forbidden', request: foreignForm }),
	),
	// Last: it ends the sessions.
	api('DELETE /v1/auth/session', loggedIn),
];

/** What it answers depends on what an issuer said: that is tried where there is one. */
const elsewhere = ['GET /login/oidc/callback'];

/** A form on a page of somebody else's. */
function foreignForm() {
	const headers = { origin: 'https://evil.example', 'content-type': 'application/x-www-form-urlencoded' };
	return { headers, body: `as=${missing}&reason=x` };
}

const tailHeaders = () => ({
	...tus,
	'upload-length': '10',
	'upload-metadata': metadata({
		...{ posting: place.posting, document: place.document, kind: 'tail' },
		sha256: createHash('sha256').update('x').digest('hex'),
	}),
});

const uploadRequest = (method: string) => ({
	headers: {
		...tus,
		...(method === 'PATCH' && { 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' }),
	},
	...(method === 'PATCH' && { body: 'x' }),
});

function expected({ may, strangers = 'forbidden', others = strangers, request }: Row, who: Who): Outcome {
	if (may.includes(who)) return 'answer';
	// Of a form that is none of ours nobody asks who sent it.
	if (request === foreignForm) return 'forbidden';
	if (who === 'nobody') return 'login';
	if (who === 'unfinished') return 'forbidden';
	return known.includes(who) ? others : strangers;
}

function outcomeOf({ status, headers }: Answer, { may }: Row): Outcome {
	// What is for everybody may well be the login, or say that there is nothing of that kind.
	if (may === everyone && status !== 401 && status !== 403) return 'answer';
	if (status === 401 || (status === 303 && headers.get('location')?.startsWith('/login'))) return 'login';
	if (status === 403) return 'forbidden';
	return status === 404 ? 'nothing' : 'answer';
}

async function ask(row: Row, who: Who): Promise<Answer> {
	const [method = '', path = ''] = row.route.split(' ');
	const token = place.tokens.get(who);
	const { headers, ...request } = row.request?.() ?? {};
	const login = isPage(row) && token !== undefined ? { cookie: `paraph=${token}` } : {};
	return site.ask(method, row.path?.() ?? path, {
		...request,
		headers: { ...headers, ...login },
		...(token === undefined || isPage(row) ? {} : { token }),
	});
}

/** Pages know people by a cookie, the interface by a token alone. */
const isPage = ({ route }: Row): boolean => /^\w+ \/(?:p\/|login|logout|$)/.test(route);

describe('each command and each person', () => {
	const person = { name: 'Eve', email: 'eve@example.com', language: 'en', identity: { kind: 'enrolled' } };
	const fresh = () => newUuid();
	const owners: Readonly<Record<string, () => object>> = {
		activate: () => ({}),
		cancel: () => ({ reason: '' }),
		acceptDecline: () => ({}),
		replace: () => ({ signatory: place.places.get('former'), successor: fresh(), person }),
		remind: () => ({ signatory: place.places.get('signatory') }),
		acknowledge: () => ({ bundle: place.blob }),
	};
	const signatories: Readonly<Record<string, (as: string | undefined) => object>> = {
		open: (as) => ({ as }),
		prepareSignature: (as) => ({ as, signature: fresh(), document: place.document, base: place.blob }),
		releaseLease: (as) => ({ as, signature: fresh() }),
		submitSignature: (as) => ({
			...{ as, signature: fresh(), document: place.document, base: place.blob },
			tail: { sha256: place.blob, size: 1 },
		}),
		approve: (as) => ({ as }),
		decline: (as) => ({ as, reason: 'no' }),
		delegate: (as) => ({ as, successor: fresh(), person }),
		release: (as) => ({ as, receipt: place.blob }),
	};
	/** What somebody proved at a higher level does not count in a weaker login: then the posting is none of theirs. */
	const strangers = ['guest', 'member', 'auditor', 'administrator', 'weak'] as const;

	it.each(Object.entries(owners))('%s is the owner’s alone', async (type, body) => {
		const code = async (who: Who) => {
			const answer = await result(place.tokens.get(who), place.posting, { type, body: body() });
			return answer?.status === 'rejected' ? answer.code : answer?.status;
		};
		for (const who of strangers) expect([who, await code(who)]).toEqual([who, 'posting-missing']);
		for (const who of ['signatory', 'former'] as const) expect([who, await code(who)]).toEqual([who, 'not-permitted']);
	});

	it.each(Object.entries(signatories))('%s is the signatory’s alone', async (type, body) => {
		const code = async (who: Who, inPlaceOf: Who) => {
			const command = { type, body: body(place.places.get(inPlaceOf)) };
			const answer = await result(place.tokens.get(who), place.posting, command);
			return answer?.status === 'rejected' ? answer.code : answer?.status;
		};
		for (const who of strangers) expect([who, await code(who, 'signatory')]).toEqual([who, 'posting-missing']);
		for (const who of ['owner', 'former'] as const)
			expect([who, await code(who, 'signatory')]).toEqual([who, 'not-permitted']);
	});

	it('create is for members', async () => {
		const { content } = await planPosting({ steps: [[['Anna', 'signer']]] });
		expect(await result(place.tokens.get('guest'), newUuid(), { type: 'create', body: { content } })).toMatchObject({
			code: 'not-permitted',
		});
	});
});

describe('each route and each person', () => {
	it('are in the table, every one', () => {
		const registered = site.service.routes
			.map(({ method, url }) => `${method} ${url}`)
			.filter((route) => !route.startsWith('HEAD ') || rows.some((row) => row.route === route));
		expect(new Set([...rows.map(({ route }) => route), ...elsewhere])).toEqual(new Set(registered));
	});

	it.each(rows)('$route', async (row) => {
		const outcomes: Partial<Record<Who, Outcome>> = {};
		for (const who of everyone) outcomes[who] = outcomeOf(await ask(row, who), row);
		expect(outcomes).toEqual(Object.fromEntries(everyone.map((who) => [who, expected(row, who)])));
	});
});
