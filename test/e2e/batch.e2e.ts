import { appendFileSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { PDFDocument } from 'pdf-lib';
import { FaultyModule } from '../kit/faultyModule.ts';
import { type Desk, expect, pages, test } from './desk.ts';
import { keep, keepInForcedColors, looks } from './pictures.ts';

/** Words of the buttons in the languages that are pictured. */
const words = {
	'light-en': {
		unlock: 'Unlock',
		leaveOut: 'Leave it out',
		beside: 'Beside a text',
		text: 'Text on the page',
		below: 'Below it',
		places: 'Marks',
		read: 'Read',
		list: 'List',
		move: 'Move the mark',
		done: 'Done',
		next: 'Next document',
		sign: /^Sign \d+ documents?$/,
		pin: 'PIN of',
		all: (count: number) => `All ${count} documents are signed.`,
		leftOver: /^Go on with/,
		again: /^Try /,
		keep: 'Save the result',
		report: 'Report (PDF)',
		csv: 'List for a spreadsheet (CSV)',
	},
	'dark-nb': {
		unlock: 'Lås opp',
		leaveOut: 'Ta det ut',
		beside: 'Ved en tekst',
		text: 'Tekst på siden',
		below: 'Under',
		places: 'Merker',
		read: 'Les',
		list: 'Liste',
		move: 'Flytt merket',
		done: 'Ferdig',
		next: 'Neste dokument',
		sign: /^Signer \d+ dokument(er)?$/,
		pin: 'PIN for',
		all: (count: number) => `Alle ${count} dokumentene er signert.`,
		leftOver: /^Fortsett$/,
		again: /^Prøv /,
		keep: 'Lagre resultatet',
		report: 'Rapport (PDF)',
		csv: 'Liste til et regneark (CSV)',
	},
} as const;

const tenants = [
	...['Aasen', 'Bakken', 'Berg', 'Dahl', 'Eide', 'Foss', 'Haugen', 'Holm', 'Iversen', 'Johansen'],
	...['Knutsen', 'Lien', 'Lund', 'Moen', 'Nilsen', 'Olsen', 'Pedersen', 'Rønning', 'Sandvik', 'Solberg'],
	...['Strand', 'Sunde', 'Tangen', 'Thorsen', 'Ulvik', 'Vik', 'Wold', 'Ødegård'],
];

for (const { name: look, preferences } of looks) {
	const text = words[look];

	// One language with many documents, the other with as few as show the same.
	const count = look === 'light-en' ? tenants.length : 8;

	test(`signs ${count + 2} documents that were dropped, two of them in trouble, with one PIN (${look})`, async ({
		openDesk,
		site,
		contract,
	}) => {
		test.setTimeout(120_000);
		// Each signature takes its time, as with a card: so that the run can be held in the middle.
		const module = new FaultyModule(site.token);
		const desk = await openDesk({
			files: {},
			config: { modules: [module.path], token: module.uri('kari') },
			environment: module.environment({ function: 'sign', kind: 'slow-500' }),
			preferences,
		});
		const { page, folder, complaints } = desk;
		await dropBatch(page, contract, await locked(contract), tenants.slice(0, count));
		const table = page.getByRole('grid');
		await expect(page.locator('aside').getByLabel(text.pin)).toBeVisible({ timeout: 30_000 });
		// With what signing them costs.
		await expect(page.getByText(new RegExp(`^${count} .* · 2 .* · ${2 * count} .* · `))).toBeVisible({
			timeout: 30_000,
		});
		await expect(page.getByRole('button', { name: text.leaveOut })).toHaveCount(2);
		await keep(page, `batch-${look}`);
		if (look === 'light-en') await keepInForcedColors(page, 'batch-forced-colors');

		// One is mended, the other left out.
		await unlock();
		await page.getByRole('button', { name: text.leaveOut }).click();
		await expect(page.getByText(new RegExp(`^${count + 1} .* · Kari`))).toBeVisible();

		await page.getByText(text.beside).click();
		await page.getByLabel(text.text).fill('For the Client');
		await page.getByLabel(text.text).press('Enter');
		await page.getByText(text.below, { exact: true }).click();
		await page.getByText(text.places, { exact: true }).click();
		// Every page is drawn, with the mark's place on it.
		const drawn = () => page.getByRole('grid').locator('canvas').count();
		await expect.poll(drawn, { timeout: 30_000 }).toBeGreaterThan(7);
		await expect(page.getByRole('grid').getByText(/^(Being drawn|Tegnes)$/)).toHaveCount(0, { timeout: 30_000 });
		await keep(page, `batch-marks-${look}`);

		// One of them is put elsewhere.
		await page.getByRole('row').nth(1).click();
		await expect(pages(page).locator('.mark canvas')).toBeVisible();
		await page.getByRole('button', { name: text.move }).click();
		const mark = pages(page).getByRole('application');
		await mark.focus();
		await mark.press('Shift+ArrowRight');
		await expect(pages(page).locator('.page[data-page-number="2"][data-loaded] canvas')).toBeVisible();
		await keep(page, `batch-mark-${look}`);
		await page.getByRole('button', { name: text.done }).click();
		await page.getByRole('button', { name: text.next }).click();
		await expect(pages(page).locator('.mark canvas')).toBeVisible();

		await page.getByText(text.list, { exact: true }).click();
		await signAll();
		await expect(page.getByRole('progressbar')).not.toHaveAttribute('aria-valuenow', '0', { timeout: 30_000 });
		// Each way to come to an end too early in one language.
		if (look === 'light-en') await giveUp();
		else await interrupt(desk);
		await page.getByRole('button', { name: text.leftOver }).click();
		if (look !== 'light-en') {
			await unlock();
			await expect(page.getByText(new RegExp(`^${count + 1} .* · Kari`))).toBeVisible({ timeout: 30_000 });
			changeAnnex(desk);
			await signAll();
			await expect(page.locator('[data-code="document-changed"]')).toBeVisible({ timeout: 60_000 });
			await expect(page.getByRole('button', { name: text.again })).toBeVisible();
			await keep(page, `batch-failures-${look}`);
			await page.getByRole('button', { name: text.again }).click();
		}
		await signAll();
		await expect(page.getByText(text.all(count + 1))).toBeVisible({ timeout: 60_000 });
		await expect(table.getByRole('row').nth(1)).toHaveAttribute('data-state', 'signed');
		await keep(page, `batch-signed-${look}`);
		expect(signedFiles()).toHaveLength(count + 1);
		const list = (await kept(page, text.keep, text.csv)).toString('utf8');
		for (const name of signedFiles()) expect(list).toContain(join(folder, 'Paraph', name));
		const report = await PDFDocument.load(await kept(page, text.keep, text.report));
		expect(report.getTitle()).toContain('Signatures of');
		expect(complaints).toEqual([]);

		function signedFiles(): readonly string[] {
			return readdirSync(join(folder, 'Paraph')).filter((name) => name.endsWith('-signed.pdf'));
		}

		async function unlock(): Promise<void> {
			await page.locator('[data-code="document-locked"] input').fill('ahorse');
			await page.getByRole('button', { name: text.unlock }).click();
			await expect(page.locator('[data-code="document-locked"]')).toBeHidden();
		}

		async function signAll(): Promise<void> {
			await page.locator('aside').getByLabel(text.pin).fill('123456');
			await page.getByRole('button', { name: text.sign }).click();
		}

		async function giveUp(): Promise<void> {
			await page.getByRole('button', { name: 'Pause' }).click();
			await expect(page.getByRole('button', { name: 'Go on' })).toBeVisible();
			await keep(page, `batch-paused-${look}`);
			await page.getByRole('button', { name: 'Go on' }).click();
			await page.getByRole('button', { name: 'Cancel' }).click();
			await expect(page.getByRole('button', { name: text.leftOver })).toBeVisible({ timeout: 30_000 });
			await keep(page, `batch-cancelled-${look}`);
			expect(signedFiles().length).toBeGreaterThan(0);
			expect(signedFiles().length).toBeLessThan(count);
		}

		async function interrupt({ killAndRestart }: Desk): Promise<void> {
			await killAndRestart();
			await expect(page.getByRole('button', { name: text.leftOver })).toBeVisible();
			await keep(page, `batch-interrupted-${look}`);
		}
	});
}

/** Somebody writes into a file after it was looked at. */
function changeAnnex({ state }: Desk): void {
	const [path] = globSync(join(state, 'paraph/batch/dropped/*/Annex, confidential.pdf'));
	if (path === undefined) throw new Error('the annex is not there');
	appendFileSync(path, '\n% and another thing\n');
}

/** What is downloaded by this item of the menu behind the button. */
async function kept(page: Page, button: string, item: string): Promise<Buffer> {
	await page.getByRole('button', { name: button }).click();
	const [download] = await Promise.all([
		page.waitForEvent('download'),
		page.getByRole('menuitem', { name: item }).click(),
	]);
	return readFileSync(await download.path());
}

/** Files dropped at once by the mouse, a contract for each of these; a text, since the tests know no DOM. */
async function dropBatch(
	page: Page,
	contract: Uint8Array,
	lockedContract: Uint8Array,
	names: readonly string[],
): Promise<void> {
	const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
	const dropped = `(() => {
		const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
		const contract = bytes('${base64(contract)}');
		const transfer = new DataTransfer();
		const add = (content, name) => transfer.items.add(new File([content], name, { type: 'application/pdf' }));
		for (const name of ${JSON.stringify(names)}) add(contract, 'Agreement ' + name + '.pdf');
		add(bytes('${base64(lockedContract)}'), 'Annex, confidential.pdf');
		add('just some words', 'Letter.pdf');
		const drag = (type, onto) =>
			onto.dispatchEvent(new DragEvent(type, { dataTransfer: transfer, bubbles: true }));
		drag('dragenter', document.body);
		requestAnimationFrame(() => requestAnimationFrame(() => drag('drop', document.querySelector('[data-drop]'))));
	})()`;
	await page.getByRole('heading', { level: 1 }).waitFor();
	await page.evaluate(dropped);
}

async function locked(plain: Uint8Array): Promise<Uint8Array> {
	const pdf = await PDFDocument.load(plain);
	pdf.encrypt({
		userPassword: 'ahorse',
		ownerPassword: 'another',
		permissions: { modifying: true, annotating: true, fillingForms: true },
	});
	return pdf.save();
}
