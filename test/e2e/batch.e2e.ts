import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { PDFDocument } from 'pdf-lib';
import { FaultyModule } from '../kit/faultyModule.ts';
import { expect, pages, test } from './desk.ts';
import { keep, looks } from './pictures.ts';

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
		pause: 'Pause',
		goOn: 'Go on',
		all: 'All 29 documents are signed.',
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
		pause: 'Pause',
		goOn: 'Fortsett',
		all: 'Alle 29 dokumentene er signert.',
		keep: 'Lagre resultatet',
		report: 'Rapport (PDF)',
		csv: 'Liste til et regneark (CSV)',
	},
} as const;

for (const { name: look, preferences } of looks) {
	const text = words[look];

	test(`signs thirty documents that were dropped, two of them in trouble, with one PIN (${look})`, async ({
		openDesk,
		site,
		contract,
	}) => {
		test.setTimeout(120_000);
		// Each signature takes its time, as with a card: so that the run can be held in the middle.
		const module = new FaultyModule(site.token);
		const { page, folder, complaints } = await openDesk({
			files: {},
			config: { modules: [module.path], token: module.uri('kari') },
			environment: module.environment({ function: 'sign', kind: 'slow-700' }),
			preferences,
		});
		await dropBatch(page, contract, await locked(contract));
		const table = page.getByRole('grid');
		await expect(page.getByText(/^28 .* · 2 /)).toBeVisible({ timeout: 30_000 });
		await expect(page.getByRole('button', { name: text.leaveOut })).toHaveCount(2);
		await expect(page.locator('aside').getByLabel(text.pin)).toBeVisible();
		await keep(page, `batch-${look}`);

		// One is mended, the other left out.
		await page.locator('[data-code="document-locked"] input').fill('ahorse');
		await page.getByRole('button', { name: text.unlock }).click();
		await expect(page.locator('[data-code="document-locked"]')).toBeHidden();
		await page.getByRole('button', { name: text.leaveOut }).click();
		await expect(page.getByText(/^29 .* · Kari/)).toBeVisible();

		await page.getByText(text.beside).click();
		await page.getByLabel(text.text).fill('For the Client');
		await page.getByLabel(text.text).press('Enter');
		await page.getByText(text.below, { exact: true }).click();
		await page.getByText(text.places, { exact: true }).click();
		// Every page is drawn, with the mark's place on it.
		await expect.poll(() => page.getByRole('grid').locator('canvas').count(), { timeout: 30_000 }).toBeGreaterThan(7);
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
		await page.locator('aside').getByLabel(text.pin).fill('123456');
		await page.getByRole('button', { name: text.sign }).click();
		await expect(page.getByRole('progressbar')).not.toHaveAttribute('aria-valuenow', '0', { timeout: 30_000 });
		await page.getByRole('button', { name: text.pause }).click();
		await expect(page.getByRole('button', { name: text.goOn })).toBeVisible();
		await keep(page, `batch-paused-${look}`);
		await page.getByRole('button', { name: text.goOn }).click();
		// Given up and gone on with in one language is enough.
		if (look === 'light-en') await giveUpAndGoOn(page, join(folder, 'Paraph'));
		await expect(page.getByText(text.all)).toBeVisible({ timeout: 60_000 });
		await expect(table.getByRole('row').nth(1)).toHaveAttribute('data-state', 'signed');
		await keep(page, `batch-signed-${look}`);
		const signed = readdirSync(join(folder, 'Paraph')).filter((name) => name.endsWith('-signed.pdf'));
		expect(signed).toHaveLength(29);
		const list = (await kept(page, text.keep, text.csv)).toString('utf8');
		for (const name of signed) expect(list).toContain(join(folder, 'Paraph', name));
		const report = await PDFDocument.load(await kept(page, text.keep, text.report));
		expect(report.getTitle()).toContain('Signatures of');
		expect(complaints).toEqual([]);
	});
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

async function giveUpAndGoOn(page: Page, output: string): Promise<void> {
	await page.getByRole('button', { name: 'Cancel' }).click();
	const goOn = page.getByRole('button', { name: /^Go on with/ });
	await expect(goOn).toBeVisible({ timeout: 30_000 });
	const signed = readdirSync(output).length;
	expect(signed).toBeGreaterThan(0);
	expect(signed).toBeLessThan(29);
	await goOn.click();
	await page.locator('aside').getByLabel('PIN of').fill('123456');
	await page.getByRole('button', { name: /^Sign \d+ documents?$/ }).click();
}

const tenants = [
	...['Aasen', 'Bakken', 'Berg', 'Dahl', 'Eide', 'Foss', 'Haugen', 'Holm', 'Iversen', 'Johansen'],
	...['Knutsen', 'Lien', 'Lund', 'Moen', 'Nilsen', 'Olsen', 'Pedersen', 'Rønning', 'Sandvik', 'Solberg'],
	...['Strand', 'Sunde', 'Tangen', 'Thorsen', 'Ulvik', 'Vik', 'Wold', 'Ødegård'],
];

/** Thirty files dropped at once by the mouse; a text, since the tests know no DOM. */
async function dropBatch(page: Page, contract: Uint8Array, lockedContract: Uint8Array): Promise<void> {
	const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
	const dropped = `(() => {
		const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
		const contract = bytes('${base64(contract)}');
		const transfer = new DataTransfer();
		const add = (content, name) => transfer.items.add(new File([content], name, { type: 'application/pdf' }));
		for (const name of ${JSON.stringify(tenants)}) add(contract, 'Agreement ' + name + '.pdf');
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
