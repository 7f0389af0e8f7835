/** The window as a person has it: `paraph desk` with a demo PKI and a soft token, in a browser. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { test as base, expect, type Page } from '@playwright/test';
import { type DemoSite, startDemoSite } from '../kit/demoSite.ts';
import { shareCompiledCode } from '../kit/homes.ts';
import { sampleContract } from '../kit/sampleContract.ts';

export { expect };

const paraph = fileURLToPath(new URL('../../bin/paraph', import.meta.url));

export interface DeskOptions {
	/** Names and contents of the files that are open from the start. Without: the sample contract. */
	readonly files?: Readonly<Record<string, Uint8Array>>;
	/** Put over the demo site's configuration. */
	readonly config?: Readonly<Record<string, unknown>>;
	/** False: no token is in any reader. */
	readonly token?: boolean;
	/** Put over the environment of the desk. */
	readonly environment?: Readonly<Record<string, string>>;
	/** What the person has set before. */
	readonly preferences?: Readonly<Record<string, unknown>>;
}

export interface Desk {
	readonly page: Page;
	/** Where the files lie. */
	readonly folder: string;
	readonly site: DemoSite;
	/** What the page and its frame complained about: refused by the policy, thrown. */
	readonly complaints: readonly string[];
	/** What the host keeps from one start to the next. */
	readonly state: string;
	/** Kills the host in the middle of whatever it does, and opens its window anew. */
	killAndRestart(): Promise<void>;
}

interface Fixtures {
	/** Opens the window; once a test. */
	readonly openDesk: (options?: DeskOptions) => Promise<Desk>;
}

export const test = base.extend<Fixtures, { readonly site: DemoSite; readonly contract: Uint8Array }>({
	site: [
		async ({ browserName: _ }, use) => {
			const directory = mkdtempSync(join(tmpdir(), 'paraph-e2e-'));
			const site = await startDemoSite({ directory: join(directory, 'site') });
			await use(site);
			await site.close();
			rmSync(directory, { recursive: true, force: true });
		},
		{ scope: 'worker' },
	],
	contract: [
		async ({ browserName: _ }, use) => {
			await use(await sampleContract());
		},
		{ scope: 'worker' },
	],
	openDesk: async ({ page, site, contract }, use) => {
		const home = mkdtempSync(join(tmpdir(), 'paraph-home-'));
		const started: ChildProcess[] = [];
		await use(async (options = {}) => {
			const folder = join(home, 'Documents');
			mkdirSync(folder, { recursive: true });
			const files = Object.entries(options.files ?? { 'agreement.pdf': contract });
			for (const [name, bytes] of files) writeFileSync(join(folder, name), bytes);
			const config = join(home, 'config.json');
			const demo = JSON.parse(readFileSync(site.config, 'utf8'));
			writeFileSync(config, JSON.stringify({ ...demo, ...options.config }));
			shareCompiledCode(join(home, '.cache'));
			mkdirSync(join(home, '.config/paraph'), { recursive: true });
			writeFileSync(join(home, '.config/paraph/window.json'), JSON.stringify({ ...calm, ...options.preferences }));
			const state = join(home, '.local/state');
			const environment = {
				...process.env,
				...(options.token === false ? emptyReader(home) : site.token.environment),
				HOME: home,
				XDG_CACHE_HOME: join(home, '.cache'),
				XDG_CONFIG_HOME: join(home, '.config'),
				XDG_STATE_HOME: state,
				XDG_DATA_HOME: join(home, '.local/share'),
				DISPLAY: '',
				...options.environment,
			};
			const open = async (paths: readonly string[]): Promise<void> => {
				const child = spawn(paraph, ['desk', '--no-browser', '--json', '--config', config, ...paths], {
					stdio: ['ignore', 'pipe', 'inherit'],
					env: environment,
				});
				started.push(child);
				await page.goto(await addressFrom(child));
				await page.getByRole('navigation', { name: /./ }).first().waitFor();
			};
			const complaints = listen(page);
			await open(files.map(([name]) => join(folder, name)));
			const killAndRestart = async (): Promise<void> => {
				const child = started.at(-1);
				child?.kill('SIGKILL');
				await page.goto('about:blank');
				if (child && child.exitCode === null && child.signalCode === null) await once(child, 'exit');
				await open([]);
			};
			return { page, folder, site, complaints, state, killAndRestart };
		});
		for (const child of started) {
			if (child.exitCode !== null || child.signalCode !== null) continue;
			const ended = once(child, 'exit');
			child.kill('SIGINT');
			// A desk that does not end by itself must not hold up the tests after it.
			const giveUp = setTimeout(() => child.kill('SIGKILL'), 5000);
			await ended;
			clearTimeout(giveUp);
		}
		rmSync(home, { recursive: true, force: true });
	},
});

/** The network is asked without a question, so that verdicts do not depend on an answer. */
const calm = { onlineChecks: 'always' };

/** A SoftHSM in which nothing was ever made. */
function emptyReader(home: string): { readonly SOFTHSM2_CONF: string } {
	const tokens = join(home, 'tokens');
	const configuration = join(home, 'softhsm2.conf');
	mkdirSync(tokens);
	writeFileSync(configuration, `directories.tokendir = ${tokens}\nobjectstore.backend = file\n`);
	return { SOFTHSM2_CONF: configuration };
}

async function addressFrom(child: ChildProcess): Promise<string> {
	if (!child.stdout) throw new Error('the desk has no output');
	for await (const line of createInterface({ input: child.stdout })) {
		const { address } = JSON.parse(line);
		if (typeof address === 'string') return address;
	}
	throw new Error('the desk ended without an address');
}

function listen(page: Page): string[] {
	const complaints: string[] = [];
	page.on('pageerror', (error) => complaints.push(error.message));
	page.on('console', (message) => {
		if (message.type() !== 'error') return;
		// pdf.js, when its frame is taken off the screen while it turns to a page.
		if (message.text() !== 'offsetParent is not set -- cannot scroll') complaints.push(message.text());
	});
	return complaints;
}

/** The pages, drawn by pdf.js in their own frame. */
export const pages = (page: Page) => page.locator('section:not([hidden]) iframe').contentFrame();

/** Until the first page is on the screen. */
export async function firstPageDrawn(page: Page): Promise<void> {
	await expect(pages(page).locator('.page[data-loaded] canvas').first()).toBeVisible();
}

/** Opens the sheet, chooses Kari's certificate, types the PIN and signs. */
export async function signWithPin(page: Page, pin: string): Promise<void> {
	await page.getByRole('button', { name: 'Sign', exact: true }).click();
	const field = page.getByLabel('PIN of Paraph demo');
	await field.fill(pin);
	await field.press('Enter');
}

/** Draws a mark on the page in view, from and to in pixels of the frame. */
export async function drawMark(page: Page, from: readonly [number, number], to: readonly [number, number]) {
	// The frame of pages learns a moment after the window that something is to be drawn.
	await expect(pages(page).locator('#overlay[data-drawing]')).toHaveCount(1);
	const frame = await page.locator('iframe').boundingBox();
	if (!frame) throw new Error('the pages are not shown');
	await page.mouse.move(frame.x + from[0], frame.y + from[1]);
	await page.mouse.down();
	await page.mouse.move(frame.x + to[0], frame.y + to[1], { steps: 6 });
	await page.mouse.up();
}
