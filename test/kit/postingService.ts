/** The sync service as a process of its own: `paraph serve` on loopback, over one folder, trusting a demo site. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
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
}

export class PostingService implements AsyncDisposable {
	readonly #configuration: string;
	readonly #env: NodeJS.ProcessEnv;
	#child: ChildProcess | undefined;
	#url = '';

	private constructor(configuration: string, env: NodeJS.ProcessEnv) {
		this.#configuration = configuration;
		this.#env = env;
	}

	static async start({ site, directory, config, env }: PostingServiceOptions): Promise<PostingService> {
		mkdirSync(directory, { recursive: true });
		const configuration = join(directory, 'service.json');
		const settings = {
			data: join(directory, 'data'),
			profile: 'test',
			login: { card: { trust: [site.trust], role: 'member', allowLocal: true } },
			validation: { trust: [site.trust], allowLocal: true },
			timestamps: [site.pki.tsa.url],
			...config,
		};
		writeFileSync(configuration, JSON.stringify(settings));
		const service = new PostingService(configuration, { ...process.env, ...env });
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

	async [Symbol.asyncDispose](): Promise<void> {
		await this.stop();
	}

	async #end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
		const child = this.#child;
		this.#child = undefined;
		if (!child || child.exitCode !== null || child.signalCode !== null) return;
		const ended = once(child, 'exit');
		child.kill(signal);
		await ended;
	}
}
