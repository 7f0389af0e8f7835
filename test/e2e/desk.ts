/** The window as a person has it: `paraph desk` with a demo PKI and a soft token, in a browser. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { test as base, type Page } from '@playwright/test';
import { type DemoSite, startDemoSite } from '../kit/demoSite.ts';
import { sampleContract } from '../kit/sampleContract.ts';

export { expect } from '@playwright/test';

const paraph = fileURLToPath(new URL('../../bin/paraph', import.meta.url));

export interface DeskOptions {
	/** Names and contents of the files that are open from the start. Without: the sample contract. */
	readonly files?: Readonly<Record<string, Uint8Array>>;
	/** Put over the demo site's configuration. */
	readonly config?: Readonly<Record<string, unknown>>;
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
			mkdirSync(join(home, '.config/paraph'), { recursive: true });
			writeFileSync(join(home, '.config/paraph/window.json'), JSON.stringify({ ...calm, ...options.preferences }));
			const child = spawn(
				paraph,
				['desk', '--no-browser', '--json', '--config', config, ...files.map(([name]) => join(folder, name))],
				{
					stdio: ['ignore', 'pipe', 'inherit'],
					env: {
						...process.env,
						...site.token.environment,
						HOME: home,
						XDG_CONFIG_HOME: join(home, '.config'),
						DISPLAY: '',
					},
				},
			);
			started.push(child);
			const complaints = listen(page);
			await page.goto(await addressFrom(child));
			await page.getByRole('navigation', { name: /./ }).first().waitFor();
			return { page, folder, site, complaints };
		});
		for (const child of started) {
			if (child.exitCode !== null) continue;
			child.kill('SIGINT');
			await once(child, 'exit');
		}
		rmSync(home, { recursive: true, force: true });
	},
});

/** The network is asked without a question, so that verdicts do not depend on an answer. */
const calm = { onlineChecks: 'always' };

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
		if (message.type() === 'error') complaints.push(message.text());
	});
	return complaints;
}

/** The pages, drawn by pdf.js in their own frame. */
export const pages = (page: Page) => page.frameLocator('iframe');
