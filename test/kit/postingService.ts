/**
 * The sync service on loopback, over one folder, trusting a demo site: as a process of its own (`paraph serve`), or in this
 * one where a test moves its clock.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { Clock } from '../../core/ports/clock.ts';
import type { RunningService } from '../../service/service.ts';
import type { DemoSite } from './demoSite.ts';

const paraph = fileURLToPath(new URL('../../bin/paraph', import.meta.url));

export interface PostingServiceOptions {
	/** Its certificates log in and sign here. */
	readonly site: Pick<DemoSite, 'trust' | 'pki'>;
	/** For data and configuration; kept when the service ends. */
	readonly directory: string;
	/** More of the configuration. */
	readonly config?: Readonly<Record<string, unknown>>;
	readonly env?: NodeJS.ProcessEnv;
	/** What it goes by instead of the system's time; it is then in this process. */
	readonly clock?: Clock | undefined;
}

export class PostingService implements AsyncDisposable {
	readonly #configuration: string;
	readonly #env: NodeJS.ProcessEnv;
	readonly #clock: Clock | undefined;
	#child: ChildProcess | undefined;
	#inside: RunningService | undefined;
	#url = '';

	private constructor(configuration: string, env: NodeJS.ProcessEnv, clock: Clock | undefined) {
		this.#configuration = configuration;
		this.#env = env;
		this.#clock = clock;
	}

	static async start({ site, directory, config, env, clock }: PostingServiceOptions): Promise<PostingService> {
		mkdirSync(directory, { recursive: true });
		const configuration = join(directory, 'service.json');
		const settings = {
			data: join(directory, 'data'),
			profile: 'test',
			validation: { trust: [site.trust], allowLocal: true },
			timestamps: [site.pki.tsa.url],
			...config,
			login: {
				card: { trust: [site.trust], role: 'member', emailsVerified: true, allowLocal: true },
				...(typeof config?.['login'] === 'object' ? config['login'] : {}),
			},
		};
		writeFileSync(configuration, JSON.stringify(settings));
		const service = new PostingService(configuration, { ...process.env, ...env }, clock);
		await service.resume();
		return service;
	}

	/** Its address stays the same while its folder does. */
	get url(): string {
		return this.#url;
	}

	/** Starts it again after `stop` or `kill`, at the same address. */
	async resume(): Promise<void> {
		const port = this.#url === '' ? '0' : new URL(this.#url).port;
		if (this.#clock) {
			this.#inside = await startHere(this.#configuration, this.#env, this.#clock, Number(port));
			this.#url = this.#inside.url;
			return;
		}
		const child = spawn(paraph, ['serve', '--json', '--config', this.#configuration, '--port', port], {
			stdio: ['ignore', 'pipe', 'inherit'],
			env: this.#env,
		});
		this.#child = child;
		for await (const line of createInterface({ input: child.stdout })) {
			const { url } = JSON.parse(line);
			if (typeof url !== 'string') continue;
			this.#url = url;
			return;
		}
		throw new Error('the service ended without an address');
	}

	/** Ends it as an administrator would. */
	async stop(): Promise<void> {
		await this.#end('SIGTERM');
	}

	/** Ends it as a power cut would. */
	async kill(): Promise<void> {
		await this.#end('SIGKILL');
	}

	/** Lets it do now what is due by its clock; only where it is in this process. */
	async runJobs(): Promise<void> {
		await this.#inside?.runJobs();
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.stop();
	}

	async #end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
		await this.#inside?.close();
		this.#inside = undefined;
		const child = this.#child;
		this.#child = undefined;
		if (!child || child.exitCode !== null || child.signalCode !== null) return;
		const ended = once(child, 'exit');
		child.kill(signal);
		await ended;
	}
}

/** Loaded here alone: a test of the window has no other use for the service's modules. */
async function startHere(
	configuration: string,
	env: NodeJS.ProcessEnv,
	clock: Clock,
	port: number,
): Promise<RunningService> {
	const { parseServiceConfig } = await import('../../service/config/configuration.ts');
	const { createLogger } = await import('../../service/logging.ts');
	const { startService } = await import('../../service/service.ts');
	const settings = { ...JSON.parse(readFileSync(configuration, 'utf8')), listen: { port } };
	const logger = createLogger(new Writable({ write: (_chunk, _encoding, done) => done() }));
	const config = parseServiceConfig(settings, configuration);
	mkdirSync(config.data, { recursive: true });
	return startService({ config, logger, env, clock });
}
