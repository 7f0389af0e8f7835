/** The sync service: ops on both databases against bare commits, how soon a change is told, and bytes for a signature. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HttpFetcher } from '../../core/net/httpFetcher.ts';
import { newUuid } from '../../core/postings/identifiers.ts';
import type { ChangesResponse, SnapshotResponse } from '../../core/postings/protocol/feed.ts';
import type { OpsResponse } from '../../core/postings/protocol/ops.ts';
import { TsaClient } from '../../core/tsp/tsaClient.ts';
import type { DatabaseSettings } from '../../service/db/serviceDatabase.ts';
import { SigningFolder } from '../kit/keySigner.ts';
import { Postgres } from '../kit/postgres.ts';
import { contentOf, digestOf, withFields } from '../kit/postingDesks.ts';
import { ServiceSite } from '../kit/serviceSite.ts';
import type { Line } from './report.ts';
import { writeSamplePdf } from './samplePdf.ts';
import type { Scene } from './scene.ts';

const OPS = 200;
const TOGETHER = 8;
const CHANGES = 30;
const DOCUMENT = 20_000_000;

export async function measureService(_scene: Scene): Promise<readonly Line[]> {
	const folder = mkdtempSync(join(tmpdir(), 'paraph-bench-service-'));
	// A commit waits for the disk, as it does where it counts.
	await using postgres = await Postgres.start({ durable: true });
	try {
		const lines: Line[] = [];
		const databases: readonly DatabaseSettings[] = [
			{ kind: 'sqlite', folder },
			{ kind: 'postgres', url: await postgres.database() },
		];
		for (const database of databases) {
			await using site = await ServiceSite.start({ database, config: { limits: { requestsPerMinute: 1_000_000 } } });
			lines.push(await measureOps(site, database.kind), await measureLatency(site, database.kind));
			if (database.kind === 'sqlite') lines.push(await measureBytes(site, folder));
		}
		return lines;
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

const draft = () => {
	const sha256 = digestOf(Buffer.from('nothing yet'));
	const content = { ...contentOf([], { sha256, size: 10 }, new Date(), {}), documents: [], steps: [] };
	return { opId: newUuid(), entity: newUuid(), baseVersion: 0, type: 'create', body: { content } };
};

/** So many at a time until all are done. @returns how many a second. */
async function rateOf(count: number, act: () => Promise<unknown>): Promise<number> {
	let left = count;
	const begun = performance.now();
	const lane = async (): Promise<void> => {
		while (left > 0) {
			left -= 1;
			await act();
		}
	};
	await Promise.all(Array.from({ length: TOGETHER }, lane));
	return (count * 1000) / (performance.now() - begun);
}

async function measureOps(site: ServiceSite, kind: string): Promise<Line> {
	const { token } = await site.logIn(site.person('Olga', 'PNONO-OLGA'));
	const op = async (): Promise<void> => {
		const { body } = await site.ask('POST', '/v1/ops', { token, json: { ops: [draft()] } });
		if ((body as OpsResponse).results[0]?.status !== 'applied') throw new Error(JSON.stringify(body));
	};
	const { main } = site.service.parts.database;
	const row = { dueAt: 0, leaseUntil: 0, leaseOwner: null, lastOkAt: null, lastError: null };
	const commit = () =>
		main.transaction().execute((trx) =>
			trx
				.insertInto('job')
				.values({ name: newUuid(), ...row })
				.execute(),
		);
	await rateOf(TOGETHER, op);
	const bare = await rateOf(OPS, commit);
	const rate = await rateOf(OPS, op);
	return {
		what: `ops over HTTP, each a transaction of its own, against bare commits on ${kind}`,
		ratio: rate / bare,
		aim: '≥ 0.1',
		details: `${rate.toFixed(0)} ops/s, ${bare.toFixed(0)} commits/s, ${TOGETHER} at a time`,
	};
}

async function measureLatency(site: ServiceSite, kind: string): Promise<Line> {
	const { token } = await site.logIn(site.person('Olga', 'PNONO-OLGA'));
	let { cursor } = (await site.ask('GET', '/v1/snapshot', { token })).body as SnapshotResponse;
	const latencies: number[] = [];
	const turns: number[] = [];
	for (let count = 0; count < CHANGES; count += 1) {
		const asked = performance.now();
		await site.ask('GET', '/healthz');
		turns.push(performance.now() - asked);
		const waiting = site.ask('GET', `/v1/changes?cursor=${cursor}&wait=25`, { token });
		await site.ask('POST', '/v1/ops', { token, json: { ops: [draft()] } });
		const answered = performance.now();
		const { body } = await waiting;
		latencies.push(Math.max(0, performance.now() - answered));
		({ cursor } = body as ChangesResponse);
	}
	const [latency, turn] = [median(latencies), median(turns)];
	return {
		what: `from the answer to an op until a device that waits has the change, against a turn over HTTP on ${kind}`,
		ratio: latency / turn,
		aim: '≤ 10',
		details: `${latency.toFixed(1)} ms, a turn takes ${turn.toFixed(1)} ms`,
	};
}

/** Everything that goes to the service for one signature over a document that the signatory has already. */
async function measureBytes(site: ServiceSite, folder: string): Promise<Line> {
	await using wire = await countingProxy(new URL(site.url).port);
	const send = async (who: string, path: string, json: unknown, through = site.url) => {
		const response = await fetch(new URL(path, through), {
			method: 'POST',
			headers: { authorization: `Bearer ${who}`, 'content-type': 'application/json' },
			body: JSON.stringify(json),
		});
		const { results } = (await response.json()) as OpsResponse;
		if (results[0]?.status !== 'applied') throw new Error(JSON.stringify(results));
	};
	const owner = await site.logIn(site.person('Olga', 'PNONO-OLGA'));
	const anna = site.person('Anna', 'PNONO-Anna');
	const signer = await site.logIn(anna);

	const path = join(folder, 'large.pdf');
	writeSamplePdf(path, { payload: DOCUMENT, objects: 10 });
	const base = await withFields(readFileSync(path), ['Anna']);
	const reference = { sha256: digestOf(base), size: base.length };
	const content = contentOf([[['Anna', 'signer']]], reference, new Date(), { signatureLevel: 'b-t' });
	const [document] = content.documents;
	const [as] = content.signatories;
	if (document === undefined || as === undefined) throw new TypeError('one document and one signatory');
	const entity = newUuid();
	const where = { posting: entity, document: document.id };
	await upload(site.url, owner.token, base, { ...where, kind: 'document', sha256: reference.sha256 });
	await send(owner.token, '/v1/ops', {
		ops: [{ opId: newUuid(), entity, baseVersion: 0, type: 'create', body: { content } }],
	});
	await send(owner.token, '/v1/ops', {
		ops: [{ opId: newUuid(), entity, baseVersion: 1, type: 'activate', body: {} }],
	});

	const signature = newUuid();
	const prepared = { as: as.id, signature, document: document.id, base: reference.sha256 };
	using desk = new SigningFolder();
	const { clock } = site.service.parts;
	const fetcher = new HttpFetcher({ allowLocal: true });
	const supply = new TsaClient({ authorities: [{ url: site.pki.tsa.url }], fetcher, clock });
	const { bytes } = await desk.sign(base, anna, { field: 'Anna' }, { level: 'b-t', supply });
	const tail = bytes.subarray(base.length);
	const before = wire.sent();
	await send(
		signer.token,
		'/v1/ops',
		{ ops: [{ opId: newUuid(), entity, baseVersion: 2, type: 'prepareSignature', body: prepared }] },
		wire.url,
	);
	const appended = { sha256: digestOf(tail), size: tail.length };
	await upload(wire.url, signer.token, tail, { ...where, kind: 'tail', sha256: appended.sha256 });
	const body = { ...prepared, tail: appended };
	await send(
		signer.token,
		'/v1/ops',
		{ ops: [{ opId: newUuid(), entity, baseVersion: 3, type: 'submitSignature', body }] },
		wire.url,
	);
	const moved = wire.sent() - before;
	return {
		what: 'bytes sent for one signature (B-T) on a 20 MB document, against what the signature appends',
		ratio: moved / tail.length,
		aim: '≤ 1.2',
		details: `${moved} bytes sent, ${tail.length} appended to ${base.length}`,
	};
}

async function upload(
	service: string,
	token: string,
	bytes: Uint8Array,
	metadata: Readonly<Record<string, string>>,
): Promise<void> {
	const headers = { authorization: `Bearer ${token}`, 'tus-resumable': '1.0.0' };
	const named = Object.entries(metadata).map(([name, value]) => `${name} ${Buffer.from(value).toString('base64')}`);
	const begun = await fetch(new URL('/v1/uploads', service), {
		method: 'POST',
		headers: { ...headers, 'upload-length': String(bytes.length), 'upload-metadata': named.join(',') },
	});
	const sent = await fetch(new URL(begun.headers.get('location') ?? '', service), {
		method: 'PATCH',
		headers: { ...headers, 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' },
		body: Uint8Array.from(bytes),
	});
	if (sent.status !== 204) throw new Error(await sent.text());
}

/** Passes everything on to the service, and counts what goes there. */
async function countingProxy(port: string) {
	let count = 0;
	const server = createServer((client) => {
		const service = connect(Number(port), '127.0.0.1');
		client.on('data', (chunk) => {
			count += chunk.length;
		});
		client.pipe(service).pipe(client);
		client.on('error', () => service.destroy());
		service.on('error', () => client.destroy());
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		sent: () => count,
		async [Symbol.asyncDispose]() {
			server.close();
		},
	};
}

const median = (values: readonly number[]): number =>
	values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
