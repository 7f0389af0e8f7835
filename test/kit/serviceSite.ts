/** The service on loopback with a demo PKI behind its logins, and people who ask it: real HTTP, real keys. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import type { Clock } from '../../core/ports/clock.ts';
import { type Challenge, challenge, type Session, session } from '../../core/postings/protocol/auth.ts';
import { challengeMessage } from '../../service/auth/cardLogin.ts';
import { parseServiceConfig } from '../../service/config/configuration.ts';
import type { DatabaseSettings } from '../../service/db/serviceDatabase.ts';
import type { Tenant } from '../../service/keys/tenant.ts';
import { createLogger } from '../../service/logging.ts';
import { type RunningService, startService } from '../../service/service.ts';
import { DemoPki, type Issued } from './demoPki.ts';

export interface ServiceSiteOptions {
	/** SQLite in the site's own folder where it is left out. */
	readonly database?: DatabaseSettings;
	/** More of the configuration. */
	readonly config?: Readonly<Record<string, unknown>>;
	readonly env?: NodeJS.ProcessEnv;
	readonly clock?: Clock;
	/** A site that another one left: its folder and PKI are used, and stay. */
	readonly from?: ServiceSite;
}

/** An answer as a test looks at it. */
export interface Answer {
	readonly status: number;
	readonly headers: Headers;
	/** Parsed where it is JSON, else the text. */
	readonly body: unknown;
}

export class ServiceSite implements AsyncDisposable {
	readonly folder: string;
	readonly pki: DemoPki;
	readonly service: RunningService;
	/** What went to the log. */
	readonly log: () => string;
	readonly #owned: boolean;

	private constructor(parts: {
		folder: string;
		pki: DemoPki;
		service: RunningService;
		log: () => string;
		owned: boolean;
	}) {
		this.folder = parts.folder;
		this.pki = parts.pki;
		this.service = parts.service;
		this.log = parts.log;
		this.#owned = parts.owned;
	}

	static async start({ database, config = {}, env = {}, clock, from }: ServiceSiteOptions = {}): Promise<ServiceSite> {
		const folder = from?.folder ?? mkdtempSync(join(tmpdir(), 'paraph-site-'));
		const pki = from?.pki ?? (await DemoPki.start());
		writeFileSync(join(folder, 'root.cer'), pki.root.certificate);
		const lines: string[] = [];
		const sink = new Writable({
			write: (chunk, _encoding, done) => {
				lines.push(String(chunk));
				done();
			},
		});
		const service = await startService({
			config: parseServiceConfig(
				{
					data: folder,
					profile: 'test',
					listen: { port: 0 },
					...(database?.kind === 'postgres' ? { database: { kind: 'postgres', url: database.url } } : {}),
					validation: { trust: ['root.cer'], allowLocal: true },
					...config,
					login: {
						card: { trust: ['root.cer'], allowLocal: true, emailsVerified: true, role: 'member' },
						...(typeof config['login'] === 'object' ? config['login'] : {}),
					},
				},
				'test',
			),
			logger: createLogger(sink),
			env,
			...(clock === undefined ? {} : { clock }),
		});
		return new ServiceSite({ folder, pki, service, log: () => lines.join(''), owned: from === undefined });
	}

	get url(): string {
		return this.service.url;
	}

	async ask(
		method: string,
		path: string,
		{
			token,
			json,
			headers = {},
			body,
		}: {
			token?: string;
			json?: unknown;
			headers?: Record<string, string>;
			body?: Uint8Array<ArrayBuffer> | string;
		} = {},
	): Promise<Answer> {
		const response = await fetch(new URL(path, this.url), {
			method,
			redirect: 'manual',
			headers: {
				...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
				...(json === undefined ? {} : { 'content-type': 'application/json' }),
				...headers,
			},
			...(json === undefined ? (body === undefined ? {} : { body }) : { body: JSON.stringify(json) }),
		});
		const text = await response.text();
		const isJson = text !== '' && /[/+]json/.test(response.headers.get('content-type') ?? '');
		return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
	}

	/** Somebody with a card. @param identifier as in EN 319 412-1. */
	person(commonName: string, identifier: string): Issued {
		return this.pki.issue({ commonName, identifier });
	}

	/** What a card answers to a challenge. */
	async prove(issued: Issued, given?: Challenge) {
		const asked = given ?? challenge.parse((await this.ask('POST', '/v1/auth/challenges', { json: {} })).body);
		const signature = issued.key.sign(challengeMessage(asked.origin, asked.nonce));
		return {
			challenge: asked.id,
			certificate: Buffer.from(issued.certificate).toString('base64'),
			chain: issued.chain.map((certificate) => Buffer.from(certificate).toString('base64')),
			algorithm: 'ES256',
			signature: Buffer.from(signature).toString('base64'),
		};
	}

	/** The only tenant. */
	get tenant(): Tenant {
		const [tenant] = [...this.service.parts.tenants];
		if (tenant === undefined) throw new TypeError('a service has a tenant');
		return tenant;
	}

	async logIn(issued: Issued): Promise<Session> {
		return session.parse((await this.ask('POST', '/v1/auth/card', { json: await this.prove(issued) })).body);
	}

	async close(): Promise<void> {
		await this.service.close();
		if (!this.#owned) return;
		await this.pki[Symbol.asyncDispose]();
		rmSync(this.folder, { recursive: true, force: true });
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.close();
	}
}
