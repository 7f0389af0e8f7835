/** A PostgreSQL server of one's own: a cluster in a temporary folder, reached through a socket in it, gone at the end. */
import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { DemoError } from './demoError.ts';

const run = promisify(execFile);

export interface PostgresOptions {
	/** Whether a commit waits for the disk: for measuring. Tests do without. */
	readonly durable?: boolean;
}

export class Postgres implements AsyncDisposable {
	readonly #folder: string;
	readonly #process: ChildProcess;
	#databases = 0;

	private constructor(folder: string, process: ChildProcess) {
		this.#folder = folder;
		this.#process = process;
	}

	/** @throws {DemoError} postgres-missing */
	static async start({ durable = false }: PostgresOptions = {}): Promise<Postgres> {
		const bin = binaries();
		const owner = unprivileged();
		const folder = mkdtempSync(join(tmpdir(), 'paraph-pg-'));
		if (owner !== undefined) chownSync(folder, owner.uid, owner.gid);
		const data = join(folder, 'data');
		const identity = { ...owner, cwd: folder };
		await run(join(bin, 'initdb'), ['-D', data, '-U', 'paraph', '-A', 'trust', '-E', 'UTF8', '--no-sync'], identity);
		const sync = durable ? [] : ['-c', 'fsync=off', '-c', 'synchronous_commit=off', '-c', 'full_page_writes=off'];
		const settings = ['-k', folder, '-c', 'listen_addresses=', '-c', 'max_connections=200', ...sync];
		const server = spawn(join(bin, 'postgres'), ['-D', data, ...settings], { ...identity, stdio: 'ignore' });
		const postgres = new Postgres(folder, server);
		await postgres.#untilReady();
		return postgres;
	}

	async #untilReady(): Promise<void> {
		for (;;) {
			if (this.#process.exitCode !== null)
				throw new DemoError('postgres-failed', 'PostgreSQL ended at once', { hint: 'Start it by hand to see why.' });
			const client = new pg.Client(this.#url('postgres'));
			try {
				await client.connect();
				return;
			} catch {
				await wait(50);
			} finally {
				await client.end().catch(() => {});
			}
		}
	}

	/** An empty database. @returns its URL. */
	async database(): Promise<string> {
		this.#databases += 1;
		const name = `test_${this.#databases}`;
		const client = new pg.Client(this.#url('postgres'));
		await client.connect();
		try {
			await client.query(`create database ${name}`);
		} finally {
			await client.end();
		}
		return this.#url(name);
	}

	#url(database: string): string {
		return `postgres://paraph@localhost/${database}?host=${encodeURIComponent(this.#folder)}`;
	}

	/** Ends the server at once: nothing of it is wanted any more. */
	async stop(): Promise<void> {
		const ended = new Promise((resolve) => this.#process.once('exit', resolve));
		if (this.#process.exitCode === null) {
			// SIGQUIT is PostgreSQL's immediate shutdown.
			this.#process.kill('SIGQUIT');
			await ended;
		}
		rmSync(this.#folder, { recursive: true, force: true });
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.stop();
	}
}

/** Debian keeps each version's programs in a folder of its own. */
function binaries(): string {
	const root = '/usr/lib/postgresql';
	const versions = existsSync(root) ? readdirSync(root).sort((a, b) => Number(b) - Number(a)) : [];
	const places = [...versions.map((version) => join(root, version, 'bin')), '/usr/local/bin', '/opt/homebrew/bin'];
	const found = places.find((place) => existsSync(join(place, 'initdb')) && existsSync(join(place, 'postgres')));
	if (found !== undefined) return found;
	throw new DemoError('postgres-missing', 'PostgreSQL is not installed', {
		hint: "Install the package 'postgresql' (build/setup does).",
	});
}

/** PostgreSQL does not run as root: its own user then, whom the package makes. */
function unprivileged(): { readonly uid: number; readonly gid: number } | undefined {
	if (process.getuid?.() !== 0) return undefined;
	const id = (flag: string): number => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
	return { uid: id('-u'), gid: id('-g') };
}
