/** A smart card that is pulled out: what the window says, and that signing goes on when it is back. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { CardService, VirtualCard, type VirtualCardOptions } from '../kit/virtualCard.ts';
import { test as base, type Desk, type DeskOptions, expect, firstPageDrawn } from './desk.ts';
import { keep } from './pictures.ts';

const openSc = '/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so';
const pin = '123456';
/** GENERAL AUTHENTICATE, by which a PIV card signs. */
const signs = 0x87;
const missing = CardService.missing;

/** The desk with a card, which this test puts in and pulls out. */
type OpenWithCard = (
	options?: Partial<VirtualCardOptions> & { readonly desk?: DeskOptions },
) => Promise<Desk & { readonly card: VirtualCard }>;

const test = base.extend<{ readonly openWithCard: OpenWithCard }>({
	openWithCard: async ({ openDesk, site }, use) => {
		const ends = new AsyncDisposableStack();
		await use(async ({ desk = {}, ...options } = {}) => {
			ends.use(await CardService.start());
			const issued = site.pki.issue({ key: 'rsa-2048', commonName: 'Pia Piv' });
			const card = ends.use(new VirtualCard({ keys: { '9C': issued }, pin, tries: 3, ...options }));
			await card.insert();
			const opened = await openDesk({ token: false, ...desk, config: { modules: [openSc], ...desk.config } });
			return { ...opened, card };
		});
		await ends.disposeAsync();
	},
});

test.skip(missing !== undefined, `no card: ${missing}`);
// A reader takes its time, and another test may have it first.
test.setTimeout(180_000);

const takenOut = 'The card was taken out.';
const pinOfCard = (page: Page) => page.getByLabel(/^PIN of /);

async function beginToSign(page: Page): Promise<void> {
	await firstPageDrawn(page);
	await page.getByRole('button', { name: 'Sign', exact: true }).click();
	await expect(pinOfCard(page)).toBeVisible({ timeout: 30_000 });
}

async function signAndSee({ page, folder }: Desk): Promise<void> {
	await expect(pinOfCard(page)).toHaveValue('', { timeout: 30_000 });
	await pinOfCard(page).fill(pin);
	await page.keyboard.press('Enter');
	await expect(page.getByText('You have signed. The new file:')).toBeVisible({ timeout: 45_000 });
	const report = execFileSync('pdfsig', ['-nocert', join(folder, 'agreement-signed.pdf')], { stdio: 'pipe' });
	expect(String(report)).toContain('Signature is Valid.');
}

test('pulled out before the PIN: the sheet says so, keeps what was typed, and signs when the card is back', async ({
	openWithCard,
}) => {
	const desk = await openWithCard();
	const { page, card } = desk;
	await beginToSign(page);
	await page.getByRole('textbox', { name: 'Reason' }).fill('I have read it');
	await pinOfCard(page).fill('12');

	card.pull();
	await expect(page.getByText(takenOut)).toBeVisible();
	await expect(page.getByText('Put it back to sign with it')).toBeVisible();
	await expect(pinOfCard(page)).toBeHidden();
	await expect(page.getByRole('textbox', { name: 'Reason' })).toHaveValue('I have read it');
	await keep(page, 'card-out-light-en');

	await card.insert();
	await expect(page.getByText(takenOut)).toBeHidden({ timeout: 30_000 });
	await signAndSee(desk);
	expect(card.applet.verifications).toBe(2);
	expect(desk.complaints).toEqual([]);
});

test('pulled out: no other certificate takes its place until it is pressed', async ({ openWithCard, site }) => {
	const { page, card } = await openWithCard({
		desk: { token: true, config: { modules: [site.token.modulePath, openSc] } },
	});
	await beginToSign(page);
	await page.getByRole('button', { name: /other certificate/ }).click();
	await page.getByRole('radio', { name: /Pia Piv/ }).check({ force: true });
	await expect(page.getByLabel('PIN of Pia Piv')).toBeVisible();

	card.pull();
	await expect(page.getByText(takenOut)).toBeVisible();
	const other = page.getByRole('radio', { name: /Kari Nordmann/ }).first();
	await expect(other).not.toBeChecked();
	await expect(pinOfCard(page)).toBeHidden();
	await expect(page.getByRole('button', { name: 'Sign', exact: true }).last()).toBeDisabled();

	await other.check({ force: true });
	await expect(page.getByText(takenOut)).toBeHidden();
	await expect(page.getByLabel('PIN of Paraph demo')).toBeVisible();
});

test('pulled out while it signs: nothing is written, and the same sheet signs when the card is back', async ({
	openWithCard,
}) => {
	let pulls = 1;
	const desk = await openWithCard({
		onCommand({ ins }, card) {
			if (ins === signs && pulls-- > 0) card.pull();
		},
	});
	const { page, card, folder } = desk;
	await beginToSign(page);
	await pinOfCard(page).fill(pin);
	await page.keyboard.press('Enter');
	const trouble = page.getByRole('alert');
	await expect(trouble.getByText('The card was pulled out before it had signed. Nothing was written.')).toBeVisible({
		timeout: 45_000,
	});
	await expect(trouble.getByText('Insert it again, and sign.')).toBeVisible();
	expect(existsSync(join(folder, 'agreement-signed.pdf'))).toBe(false);
	expect(card.applet.triesLeft).toBe(3);

	await card.insert();
	await signAndSee(desk);
	expect(desk.complaints).toEqual([]);
});
