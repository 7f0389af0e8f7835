import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import type { DemoSite } from '../kit/demoSite.ts';
import { type Fault, FaultyModule } from '../kit/faultyModule.ts';
import { type DeskOptions, expect, firstPageDrawn, signWithPin, test } from './desk.ts';

/** A token that behaves so. */
function faulty(site: DemoSite, ...faults: readonly Fault[]): DeskOptions {
	const module = new FaultyModule(site.token);
	return {
		config: { modules: [module.path], token: module.uri('kari') },
		environment: module.environment(...faults),
	};
}

test('says that it is the last try before the PIN is typed', async ({ openDesk, site }) => {
	const { page } = await openDesk(faulty(site, { function: 'tokeninfo', kind: 'last-try' }));
	await firstPageDrawn(page);
	await page.keyboard.press('Control+s');
	await expect(page.getByText('This is the last try. If the PIN is wrong, the card locks.')).toBeVisible();
	await expect(page.getByLabel('PIN of Paraph demo')).toBeVisible();
});

test('asks for no PIN when it is locked, and gives a new one by the PUK', async ({ openDesk, site }) => {
	const { page } = await openDesk(faulty(site, { function: 'tokeninfo', kind: 'locked' }));
	await firstPageDrawn(page);
	await page.keyboard.press('Control+s');
	await expect(page.getByText('The PIN is locked. Unblock it with the PUK under Tokens.')).toBeVisible();
	await expect(page.getByLabel('PIN of Paraph demo')).toBeHidden();
	await goToTokens(page);
	await page.getByRole('button', { name: 'Unblock PIN' }).click();
	const sheet = page.getByRole('dialog', { name: 'Unblock PIN' });
	await sheet.getByLabel('PUK', { exact: true }).fill(site.puk);
	await sheet.getByLabel('New PIN', { exact: true }).fill('123456');
	await sheet.getByLabel('New PIN once more').fill('123456');
	await sheet.getByRole('button', { name: 'Unblock PIN' }).click();
	await expect(sheet).toBeHidden();
});

test('changes the PIN', async ({ openDesk }) => {
	const { page } = await openDesk();
	await goToTokens(page);
	await changePin(page, '123456', '246810');
	await expect(page.getByRole('dialog')).toBeHidden();
	await changePin(page, '246810', '123456');
	await expect(page.getByRole('dialog')).toBeHidden();
});

test('gives up when asked to while the card signs, and writes nothing', async ({ openDesk, site }) => {
	const { page, folder } = await openDesk(faulty(site, { function: 'sign', kind: 'hang' }));
	await firstPageDrawn(page);
	await signWithPin(page, '123456');
	const stage = page.getByRole('listitem').filter({ hasText: 'The card signs' });
	await expect(stage).toHaveAttribute('aria-current', 'step');
	await page.getByRole('button', { name: 'Cancel' }).click();
	await expect(page.getByLabel('PIN of Paraph demo')).toBeVisible({ timeout: 30_000 });
	expect(existsSync(join(folder, 'agreement-signed.pdf'))).toBe(false);
});

const goToTokens = (page: Page) => page.getByRole('button', { name: 'Tokens', exact: true }).click();

async function changePin(page: Page, current: string, next: string): Promise<void> {
	await page.getByRole('button', { name: 'Change PIN' }).first().click();
	const sheet = page.getByRole('dialog', { name: 'Change PIN' });
	await sheet.getByLabel('Present PIN').fill(current);
	await sheet.getByLabel('New PIN', { exact: true }).fill(next);
	await sheet.getByLabel('New PIN once more').fill(next);
	await sheet.getByRole('button', { name: 'Change PIN' }).click();
}
