/** A window beside a service, and the other person, who uses the command line. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Locator, Page } from '@playwright/test';
import type { Clock } from '../../core/ports/clock.ts';
import { shareCompiledCode } from '../kit/homes.ts';
import { PostingService } from '../kit/postingService.ts';
import { test as base, expect } from './desk.ts';

export { expect };

const paraph = fileURLToPath(new URL('../../bin/paraph', import.meta.url));
const run = promisify(execFile);

export const people = {
	kari: { name: 'Kari Nordmann', email: 'kari@example.com', identifier: 'PNONO-15038412345' },
	ola: { name: 'Ola Hansen', email: 'ola@example.com', identifier: 'PNONO-03029512345' },
} as const;
type PersonName = keyof typeof people;

/** No keyring of whoever runs the tests. */
export const noKeyring = { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nowhere/bus' };

/** `paraph postings …` as one person, with a store of their own. */
export interface Scribe {
	/** @returns the lines that it printed. @throws with what it said where it did not succeed. */
	postings(...args: readonly string[]): Promise<readonly Record<string, unknown>[]>;
	/** For `sign`: where the key and its PIN are. */
	readonly key: readonly string[];
	readonly folder: string;
	/** Lets a window have the same store. */
	readonly environment: { readonly XDG_DATA_HOME: string };
}

/** The system's time, moved by so many milliseconds. */
export class MovedClock implements Clock {
	by = 0;

	now(): Date {
		return new Date(Date.now() + this.by);
	}
}

interface Fixtures {
	readonly service: PostingService;
	/** The service's clock, where a test is to move it (`test.use({ clock: new MovedClock() })`). */
	readonly clock: MovedClock | undefined;
	/** Logs somebody in on the command line. */
	readonly scribe: (who: PersonName) => Promise<Scribe>;
}

export const test = base.extend<Fixtures>({
	clock: [undefined, { option: true }],
	service: async ({ site, clock }, use) => {
		const directory = mkdtempSync(join(tmpdir(), 'paraph-service-'));
		const service = await PostingService.start({ site, directory, clock });
		await use(service);
		await service.stop();
		await service.kill();
		rmSync(directory, { recursive: true, force: true });
	},
	scribe: async ({ site, service, contract }, use) => {
		const homes: string[] = [];
		await use(async (who) => {
			const home = mkdtempSync(join(tmpdir(), 'paraph-scribe-'));
			homes.push(home);
			const folder = join(home, 'Documents');
			mkdirSync(folder);
			shareCompiledCode(join(home, '.cache'));
			writeFileSync(join(folder, 'lease.pdf'), contract);
			const environment = {
				...process.env,
				...site.token.environment,
				...noKeyring,
				HOME: home,
				PARAPH_CONFIG: site.config,
			};
			const key = ['--token', site.token.uri(who), '--pin-file', site.pinFile];
			const scribe: Scribe = {
				key,
				folder,
				environment: { XDG_DATA_HOME: join(home, '.local', 'share') },
				async postings(...args) {
					const asked = run(paraph, ['postings', ...args, '--json'], { env: environment, cwd: folder });
					const { stdout } = await asked.catch((error: { readonly stdout: string; readonly stderr: string }) => {
						throw new Error(`paraph postings ${args.join(' ')}: ${error.stdout}${error.stderr}`);
					});
					return stdout
						.split('\n')
						.filter(Boolean)
						.map((line) => JSON.parse(line));
				},
			};
			await scribe.postings('login', service.url, ...key);
			await scribe.postings('account', '--email', people[who].email);
			return scribe;
		});
		for (const home of homes) rmSync(home, { recursive: true, force: true });
	},
});

/** As `create --to` wants somebody. */
export const named = (who: PersonName): string => {
	const { name, email, identifier } = people[who];
	return `${name} <${email}> ${identifier}`;
};

/** Goes to the inbox and logs in there. */
export async function logIn(page: Page, service: PostingService, who: PersonName): Promise<void> {
	await page.getByRole('button', { name: 'Inbox' }).click();
	await page.getByLabel('Address of the service').fill(service.url);
	await page.getByLabel(/^PIN of/).waitFor();
	if (who === 'ola') {
		await page.getByRole('button', { name: /other certificates/ }).click();
		await page.getByRole('radio', { name: /Ola Hansen/ }).click();
	}
	await page.getByLabel(/^PIN of/).fill('123456');
	await page.getByRole('button', { name: 'Log in', exact: true }).click();
	await expect(page.getByText('Up to date')).toBeVisible({ timeout: 30_000 });
}

/** Drops files on the window, as from a folder. */
export async function dropFiles(page: Page, files: Readonly<Record<string, Uint8Array>>): Promise<void> {
	const plain = Object.entries(files).map(([name, bytes]) => [name, Buffer.from(bytes).toString('base64')]);
	// As text: the page's own types are not those of the tests.
	const drop = (type: string, onto: string) => `{
		const dataTransfer = new DataTransfer();
		for (const [name, base64] of ${JSON.stringify(plain)}) {
			const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
			dataTransfer.items.add(new File([bytes], name, { type: 'application/pdf' }));
		}
		document.querySelector('${onto}').dispatchEvent(new DragEvent('${type}', { dataTransfer, bubbles: true }));
	}`;
	await page.evaluate(drop('dragenter', 'main'));
	await page.locator('[data-drop]').waitFor();
	await page.evaluate(drop('drop', '[data-drop]'));
}

/** Begins a posting. A file that is dropped sooner is opened as a document instead. */
export async function newPosting(page: Page): Promise<void> {
	await page.getByRole('button', { name: 'New posting' }).click();
	await expect(page.getByRole('button', { name: 'Add a person' })).toBeVisible();
}

/** Fills in the newest person of a posting that is being written. */
export async function addPerson(page: Page, who: PersonName): Promise<void> {
	await page.getByRole('button', { name: 'Add a person' }).click();
	await fillPerson(page.getByRole('group', { name: /^Person \d$/ }), who);
	await expect(page.getByRole('group', { name: people[who].name })).toBeVisible();
}

/** Types who somebody is; the name last, for a step is called by it from then on. */
export async function fillPerson(within: Locator, who: PersonName): Promise<void> {
	const { name, email, identifier } = people[who];
	await within.getByLabel('E-mail', { exact: true }).fill(email);
	await within.getByLabel('Identifier in the certificate').fill(identifier);
	await within.getByLabel('Name', { exact: true }).fill(name);
}
