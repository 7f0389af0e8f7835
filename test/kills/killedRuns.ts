/** A batch that is killed again and again, and what comes of it in the end. */
import { execFile, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { inLanes } from '../../core/batch/lanes.ts';
import { writeSamplePdf } from '../bench/samplePdf.ts';
import { type DemoPki, startDemoPki } from '../kit/demoPki.ts';
import { FaultyModule } from '../kit/faultyModule.ts';
import { type SoftToken, softToken } from '../kit/softToken.ts';

const paraph = fileURLToPath(new URL('../../bin/paraph', import.meta.url));
const run = promisify(execFile);

/**
 * Signatures that a kill may cost: what two token processes were giving at that moment, and had been told to give next.
 * Whatever has come to the run is used by the one that follows.
 */
export const lostAKill = 4;

export interface KilledRun {
	/** How many kills came while the run was at work. */
	readonly kills: number;
	/** C_Sign, counted in the token's module. */
	readonly signatures: number;
	/** Exit code of the run that came to its end. */
	readonly exitCode: number;
	/** Names in the folder of outputs, hidden ones too. */
	readonly names: readonly string[];
	/** For each output: how many signatures pdfsig finds, and how many of them it finds valid. */
	readonly found: readonly { readonly signatures: number; readonly valid: number }[];
}

/** A token that counts, a PKI, and files to sign; dispose it when done. */
export class KillingGround implements AsyncDisposable {
	readonly #folder: string;
	readonly #pki: DemoPki;
	readonly #token: SoftToken;
	readonly #module: FaultyModule;
	readonly files: number;

	private constructor(folder: string, pki: DemoPki, token: SoftToken, files: number) {
		this.#folder = folder;
		this.#pki = pki;
		this.#token = token;
		this.#module = new FaultyModule(token);
		this.files = files;
	}

	static async make(files: number): Promise<KillingGround> {
		const folder = mkdtempSync(join(tmpdir(), 'paraph-kills-'));
		const pki = await startDemoPki();
		const token = await softToken({ entries: [{ label: 'kari', issued: pki.issue({ key: 'rsa-2048' }) }] });
		const inputs = join(folder, 'in');
		mkdirSync(inputs);
		for (let index = 0; index < files; index++)
			writeSamplePdf(join(inputs, `${index}.pdf`), { payload: 20_000, objects: 10 });
		writeFileSync(join(folder, 'root.pem'), pki.anchorPem);
		return new KillingGround(folder, pki, token, files);
	}

	/**
	 * Signs all files into a new folder and kills the command at each of these moments; then once to the end.
	 *
	 * @param name of the run.
	 * @param moments how many signatures the token has given, and files have been told of, when the command is killed.
	 */
	async signKilled(name: string, level: string, moments: readonly number[]): Promise<KilledRun> {
		const environment = { ...process.env, ...this.#module.environment(), KILLS_PIN: this.#token.pin };
		const out = join(this.#folder, name);
		const args = [
			...['sign', join(this.#folder, 'in'), '--out-dir', out, '--journal', `${out}.journal`, '--level', level],
			...['--token', this.#module.uri('kari'), '--pin-env', 'KILLS_PIN', '--json'],
			...['--tsa', this.#pki.tsa.url, '--trust', join(this.#folder, 'root.pem')],
		];
		let kills = 0;
		for (const moment of moments) {
			const before = this.#module.calls(environment, 'sign');
			const isDue = (told: number): boolean => this.#module.calls(environment, 'sign') - before + told >= moment;
			if ((await runUntil(args, environment, isDue)) === 'killed') kills++;
		}
		const last = await runUntil(args, environment, () => false);
		const names = readdirSync(out);
		const found: { signatures: number; valid: number }[] = [];
		await inLanes(2, names, async (file) => void found.push(await judge(join(out, file))));
		const signatures = this.#module.calls(environment, 'sign');
		return { kills, signatures, exitCode: last === 'killed' ? -1 : last, names, found };
	}

	async [Symbol.asyncDispose](): Promise<void> {
		this.#module[Symbol.dispose]();
		this.#token.remove();
		await this.#pki.close();
		rmSync(this.#folder, { recursive: true, force: true });
	}
}

/** @param isDue asked again and again, with the number of files told of. @returns the exit code. */
function runUntil(
	args: readonly string[],
	env: NodeJS.ProcessEnv,
	isDue: (told: number) => boolean,
): Promise<number | 'killed'> {
	return new Promise((resolve) => {
		const child = spawn(paraph, args, { env, stdio: ['ignore', 'pipe', 'ignore'] });
		let told = 0;
		child.stdout.on('data', (chunk: Buffer) => {
			told += chunk.toString('latin1').split('\n').length - 1;
		});
		const watch = setInterval(() => {
			if (isDue(told)) child.kill('SIGKILL');
		}, 2);
		child.once('close', (code) => {
			clearInterval(watch);
			resolve(code ?? 'killed');
		});
	});
}

async function judge(path: string): Promise<KilledRun['found'][number]> {
	const { stdout } = await run('pdfsig', ['-nocert', path]).catch((error: { stdout: string }) => error);
	const count = (pattern: RegExp): number => stdout.match(pattern)?.length ?? 0;
	return { signatures: count(/Signer Certificate Common Name/g), valid: count(/Signature is Valid/g) };
}
