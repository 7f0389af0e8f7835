import { createHash, randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { Upload } from 'tus-js-client';
import { expect, it } from 'vitest';
import { newUuid } from '../../core/postings/identifiers.ts';
import { S3Server } from '../../test/kit/s3Server.ts';
import { onEachDatabase } from '../../test/kit/serviceDatabases.ts';
import { ServiceSite, type ServiceSiteOptions } from '../../test/kit/serviceSite.ts';

const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

onEachDatabase('an upload', (fresh) => {
	async function scene(store: Pick<ServiceSiteOptions, 'config' | 'env'> = {}) {
		const site = await ServiceSite.start({ database: await fresh(), ...store });
		const login = await site.logIn(site.person('Olga', 'PNONO-OLGA'));
		const metadata = (sha256: string, kind = 'document') => ({ posting: newUuid(), document: newUuid(), kind, sha256 });
		const stored = async (sha256: string): Promise<Buffer | undefined> => {
			const found = await site.service.parts.uploads.open(site.tenant, login.account.user, sha256);
			if (found === undefined) return undefined;
			const parts: Uint8Array[] = [];
			for await (const part of found.read()) parts.push(part);
			return Buffer.concat(parts);
		};
		return { site, token: login.token, metadata, stored, [Symbol.asyncDispose]: () => site.close() };
	}

	const headers = { 'tus-resumable': '1.0.0' };
	const encode = (metadata: Readonly<Record<string, string>>): string =>
		Object.entries(metadata)
			.map(([name, value]) => `${name} ${Buffer.from(value).toString('base64')}`)
			.join(',');

	it.each(['files', 's3'])('is taken from a client that knows tus, in pieces of any size, into %s', async (kind) => {
		await using bucket = await S3Server.start();
		const { endpoint, region, bucket: name } = bucket.settings();
		const keys = { accessKeyIdEnv: 'S3_ID', secretAccessKeyEnv: 'S3_SECRET' };
		const blobs = kind === 's3' ? { kind, endpoint, region, bucket: name, ...keys } : { kind };
		await using one = await scene({ config: { blobs }, env: { S3_ID: 'S3RVER', S3_SECRET: 'S3RVER' } });
		const bytes = randomBytes(9_000_000);
		const sha256 = digestOf(bytes);
		await new Promise<void>((resolve, reject) => {
			new Upload(bytes, {
				endpoint: `${one.site.url}/v1/uploads`,
				chunkSize: 1_300_000,
				metadata: one.metadata(sha256),
				headers: { authorization: `Bearer ${one.token}` },
				retryDelays: null,
				onSuccess: () => resolve(),
				onError: reject,
			}).start();
		});
		expect((await one.stored(sha256))?.equals(bytes)).toBe(true);
	});

	it('goes on where the connection broke', async () => {
		await using one = await scene();
		const bytes = randomBytes(6_000_000);
		const sha256 = digestOf(bytes);
		const begun = await one.site.ask('POST', '/v1/uploads', {
			token: one.token,
			headers: { ...headers, 'upload-length': String(bytes.length), 'upload-metadata': encode(one.metadata(sha256)) },
		});
		expect(begun.status).toBe(201);
		const path = begun.headers.get('location') ?? '';
		await breakOff(new URL(path, one.site.url), one.token, bytes.subarray(0, 5_000_000), bytes.length);
		const offsetOf = async (): Promise<number> =>
			Number((await one.site.ask('HEAD', path, { token: one.token, headers })).headers.get('upload-offset'));
		await expect.poll(offsetOf, { timeout: 20_000 }).toBeGreaterThan(4_000_000);
		await expect
			.poll(
				async () => {
					const offset = await offsetOf();
					const rest = Uint8Array.from(bytes.subarray(offset));
					const answer = await one.site.ask('PATCH', path, {
						token: one.token,
						body: rest,
						headers: { ...headers, 'upload-offset': String(offset), 'content-type': 'application/offset+octet-stream' },
					});
					return answer.headers.get('upload-offset');
				},
				{ timeout: 20_000 },
			)
			.toBe(String(bytes.length));
		expect((await one.stored(sha256))?.equals(bytes)).toBe(true);
	});

	it('is refused for another offset, too many bytes, another’s, a wrong digest', async () => {
		await using one = await scene();
		const bytes = randomBytes(1000);
		const begin = async (sha256: string) =>
			(
				await one.site.ask('POST', '/v1/uploads', {
					token: one.token,
					headers: { ...headers, 'upload-length': '1000', 'upload-metadata': encode(one.metadata(sha256)) },
				})
			).headers.get('location') ?? '';
		const patch = (path: string, offset: number, body: Uint8Array<ArrayBuffer>, token = one.token) =>
			one.site.ask('PATCH', path, {
				token,
				body,
				headers: { ...headers, 'upload-offset': String(offset), 'content-type': 'application/offset+octet-stream' },
			});
		const path = await begin(digestOf(bytes));
		expect((await patch(path, 10, Uint8Array.from(bytes))).body).toMatchObject({ code: 'upload-offset', status: 409 });
		expect((await patch(path, 0, new Uint8Array(1001))).body).toMatchObject({ code: 'upload-too-long' });
		const other = await one.site.logIn(one.site.person('Per', 'PNONO-PER'));
		expect((await patch(path, 0, Uint8Array.from(bytes), other.token)).body).toMatchObject({
			code: 'upload-gone',
			status: 404,
		});
		const wrong = await begin(digestOf(Buffer.from('something else')));
		expect((await patch(wrong, 0, Uint8Array.from(bytes))).body).toMatchObject({ code: 'upload-digest', status: 460 });
		expect((await one.site.ask('HEAD', wrong, { token: one.token, headers })).status).toBe(404);
	});

	it.each([
		['another version', { 'tus-resumable': '0.2.0' }, 412, 'tus-version'],
		['no length', {}, 400, 'request-invalid'],
		['nothing said about it', { 'upload-length': '10', 'upload-metadata': '' }, 400, 'upload-metadata'],
		['too much', { 'upload-length': String(2 * 1024 ** 3) }, 413, 'upload-too-large'],
	])('does not begin with %s', async (_, change, status, code) => {
		await using one = await scene();
		const answer = await one.site.ask('POST', '/v1/uploads', {
			token: one.token,
			headers: { ...headers, 'upload-metadata': encode(one.metadata('0'.repeat(64))), ...change },
		});
		expect(answer.body).toMatchObject({ status, code });
	});
});

/** Sends the beginning of a body, and hangs up. */
function breakOff(url: URL, token: string, beginning: Uint8Array, length: number): Promise<void> {
	return new Promise((resolve) => {
		const sent = request(url, {
			method: 'PATCH',
			headers: {
				authorization: `Bearer ${token}`,
				'tus-resumable': '1.0.0',
				'upload-offset': '0',
				'content-type': 'application/offset+octet-stream',
				'content-length': length,
			},
		});
		sent.on('error', () => {});
		sent.on('close', () => resolve());
		sent.write(beginning, () => sent.destroy());
	});
}
