/** A trip into a room without a network and back, by the sheets; both sides are this one computer. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import type { DemoSite } from '../kit/demoSite.ts';
import { expect, firstPageDrawn, test } from './desk.ts';
import { keep, looks } from './pictures.ts';

const words = {
	'light-en': {
		settings: 'Settings',
		documents: 'Documents',
		make: 'Make a room here',
		saveRoom: 'Save the room’s file',
		pack: 'Pack for a room',
		pickRoom: 'Choose the room’s file',
		due: 'To be back by',
		packNow: 'Pack 1 document',
		packed: 'Bundle 1 is packed, with 1 document.',
		done: 'Done',
		open: 'Open a bundle',
		pick: 'Choose the bundle',
		opened: 'Bundle 1 is open, with 1 document.',
		endsBefore: /^This certificate ends on .*2099/,
		sign: 'Read and sign it',
		pin: 'PIN of',
		signed: '1 document is signed.',
		seal: 'Seal',
		sealNow: 'Seal 1 document',
		sealed: 'Bundle 1 is sealed, with 1 document.',
		back: 'Take back',
		isBack: 'Bundle 1 is back: 1 of 1 complete.',
		look: 'Look at the signatures',
		proved: /proved by/,
		again: 'This bundle was taken in before.',
	},
	'dark-nb': {
		settings: 'Innstillinger',
		documents: 'Dokumenter',
		make: 'Lag et rom her',
		saveRoom: 'Lagre rommets fil',
		pack: 'Pakk for et rom',
		pickRoom: 'Velg rommets fil',
		due: 'Skal være tilbake innen',
		packNow: 'Pakk 1 dokument',
		packed: 'Pakke 1 er klar, med 1 dokument.',
		done: 'Ferdig',
		open: 'Åpne en pakke',
		pick: 'Velg pakken',
		opened: 'Pakke 1 er åpnet, med 1 dokument.',
		endsBefore: /^Sertifikatet går ut .*2099/,
		sign: 'Les og signer det',
		pin: 'PIN for',
		signed: '1 dokument er signert.',
		seal: 'Forsegl',
		sealNow: 'Forsegl 1 dokument',
		sealed: 'Pakke 1 er forseglet, med 1 dokument.',
		back: 'Ta tilbake',
		isBack: 'Pakke 1 er tilbake: 1 av 1 er fullstendige.',
		look: 'Se på signaturene',
		proved: /bevist av/,
		again: 'Denne pakken er tatt inn før.',
	},
} as const;

for (const { name: look, preferences } of looks) {
	const text = words[look];

	test(`carries a document into a room, signs it there, and gives it its proof outside (${look})`, async ({
		openDesk,
	}) => {
		test.setTimeout(120_000);
		const { page, folder, complaints } = await openDesk({ preferences });
		const bundles = join(folder, 'Paraph');
		const button = (name: string) => page.getByRole('button', { name, exact: true });
		await firstPageDrawn(page);
		await button(text.settings).click();
		await button(text.make).click();
		const [download] = await Promise.all([page.waitForEvent('download'), button(text.saveRoom).click()]);
		await button(text.saveRoom).scrollIntoViewIfNeeded();
		await keep(page, `room-settings-${look}`);
		await button(text.documents).click();

		await command(page, text.pack);
		await pickFile(page, text.pickRoom, await download.path());
		await page.getByLabel(text.due).fill('2099-01-01');
		await expect(button(text.packNow)).toBeEnabled();
		await keep(page, `room-pack-${look}`);
		await button(text.packNow).click();
		await expect(page.getByText(text.packed)).toBeVisible();
		await button(text.done).click();

		await command(page, text.open);
		await pickFile(page, text.pick, newest(bundles, /^into-room.*\.paraph$/));
		await expect(page.getByText(text.opened)).toBeVisible();
		await keep(page, `room-open-${look}`);
		await button(text.sign).click();
		await expect(page.locator('aside').getByText(text.endsBefore)).toBeVisible();
		await keep(page, `room-due-${look}`);
		await page.locator('aside').getByLabel(text.pin).fill('123456');
		await page.locator('aside').getByLabel(text.pin).press('Enter');
		await expect(page.getByText(text.signed)).toBeVisible({ timeout: 30_000 });

		await button(text.seal).click();
		await expect(button(text.sealNow)).toBeEnabled();
		await button(text.sealNow).click();
		await expect(page.getByText(text.sealed)).toBeVisible();
		await keep(page, `room-sealed-${look}`);
		await button(text.done).last().click();

		await command(page, text.back);
		const sealed = newest(bundles, /^out-of-room.*\.paraph$/);
		await pickFile(page, text.pick, sealed);
		await expect(page.getByText(text.isBack)).toBeVisible({ timeout: 30_000 });
		await keep(page, `room-back-${look}`);
		await button(text.look).click();
		// What the room's clock claimed is proved by a timestamp now.
		await expect(page.getByRole('article').first().getByText(text.proved)).toBeVisible({ timeout: 30_000 });

		await command(page, text.back);
		await pickFile(page, text.pick, sealed);
		await expect(page.getByText(text.again)).toBeVisible();
		expect(complaints).toEqual([]);
	});
}

test('offers nothing that needs the network on a computer that never uses it', async ({ openDesk, site }) => {
	const { page } = await openDesk({ config: { network: { offline: true } } });
	await firstPageDrawn(page);
	const before = servers(site).map(({ requests }) => requests);
	const asked: string[] = [];
	page.on('request', (request) => asked.push(new URL(request.url()).hostname));
	await page.keyboard.press('Control+k');
	await expect(page.getByRole('menuitem', { name: 'Open a bundle' })).toBeVisible();
	await expect(page.getByRole('menuitem', { name: 'Pack for a room' })).toHaveCount(0);
	await page.keyboard.press('Escape');
	await page.keyboard.press('Control+s');
	await expect(page.getByText('No network here')).toBeVisible();
	await page.locator('aside').getByLabel('PIN of').fill('123456');
	await page.keyboard.press('Enter');
	await expect(page.getByText('You have signed. The new file:')).toBeVisible({ timeout: 30_000 });
	await expect(page.getByRole('button', { name: 'Ask the issuer' })).toHaveCount(0);
	await expect(page.getByRole('button', { name: 'Add what is missing' })).toHaveCount(0);
	expect(asked.every((host) => host === '127.0.0.1' || host === 'localhost')).toBe(true);
	expect(servers(site).map(({ requests }) => requests)).toEqual(before);
});

/** Whoever a signature could ask something. */
const servers = ({ pki }: DemoSite) => [pki.tsa, pki.ocsp, pki.repository];

async function command(page: Page, name: string): Promise<void> {
	await page.keyboard.press('Control+k');
	await page.getByRole('menuitem', { name, exact: true }).click();
}

async function pickFile(page: Page, label: string, path: string): Promise<void> {
	const [chooser] = await Promise.all([
		page.waitForEvent('filechooser'),
		page.getByRole('button', { name: label, exact: true }).click(),
	]);
	await chooser.setFiles(path);
}

function newest(folder: string, pattern: RegExp): string {
	const name = readdirSync(folder)
		.filter((one) => pattern.test(one))
		.sort()
		.at(-1);
	if (!name) throw new Error(`no ${pattern} in ${folder}`);
	return join(folder, name);
}
