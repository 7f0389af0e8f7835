/** The four states of a signature, each with its picture, in both looks. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { counterSignedPdf } from '../kit/counterSignedPdf.ts';
import { startDemoPki } from '../kit/demoPki.ts';
import { SigningFolder } from '../kit/keySigner.ts';
import { test as base, type DeskOptions, expect, firstPageDrawn, pages } from './desk.ts';
import { keep, keepInForcedColors, looks } from './pictures.ts';
import { type SignedContract, signedContract, withAnotherRate, withAnotherValue } from './signedContract.ts';

const test = base.extend<object, { readonly signed: SignedContract & { readonly trust: string } }>({
	signed: [
		async ({ browserName: _ }, use) => {
			const trust = mkdtempSync(join(tmpdir(), 'paraph-trust-'));
			const contract = await signedContract();
			writeFileSync(join(trust, 'root.pem'), contract.anchorPem);
			await use({ ...contract, trust });
			rmSync(trust, { recursive: true, force: true });
		},
		{ scope: 'worker' },
	],
});

const words = {
	'light-en': { showSigned: 'Show what was signed', showChange: 'Show the change on page 1' },
	'dark-nb': { showSigned: 'Vis det som ble signert', showChange: 'Vis endringen på side 1' },
} as const;

for (const { name: look, preferences } of looks) {
	const options = (bytes: Uint8Array, trust: readonly string[]): DeskOptions => ({
		files: { 'agreement-signed.pdf': bytes },
		config: { trust },
		preferences: { ...preferences, onlineChecks: 'never' },
	});

	test(`valid: nothing was changed, and the issuer is trusted (${look})`, async ({ openDesk, signed }) => {
		const { page } = await openDesk(options(signed.bytes, [signed.trust]));
		await shows(page, 'valid');
		// No word of a test: the issuer is one as people have it.
		await expect(page.locator('[data-test-band]')).toBeHidden();
		await keep(page, `valid-${look}`);
		if (look === 'light-en') await keepInForcedColors(page, 'valid-forced-colors');
	});

	test(`cannot be confirmed: the issuer is not known (${look})`, async ({ openDesk, signed }) => {
		const { page } = await openDesk(options(signed.bytes, []));
		await shows(page, 'unconfirmed');
		await keep(page, `unconfirmed-${look}`);
	});

	test(`changed after signing: outlined on the page, and what was signed is shown (${look})`, async ({
		openDesk,
		signed,
	}) => {
		const { page } = await openDesk(options(withAnotherRate(signed.bytes), [signed.trust]));
		await shows(page, 'changed');
		await page.getByRole('button', { name: words[look].showChange }).first().click();
		await expect(pages(page).locator('.outline[data-tone="change"]').first()).toBeVisible();
		await keep(page, `changed-${look}`);
		await page.getByRole('button', { name: words[look].showSigned }).first().click();
		await firstPageDrawn(page);
		// The proof was added later, and nobody may be asked: so it is not `valid`, but it is not spoilt.
		await expect(visibleCard(page)).toHaveAttribute('data-signature-state', 'unconfirmed');
	});

	test(`not valid: the signature does not fit (${look})`, async ({ openDesk, signed }) => {
		const { page } = await openDesk(options(withAnotherValue(signed.bytes), [signed.trust]));
		await shows(page, 'invalid');
		await keep(page, `invalid-${look}`);
	});
}

test('a counter-signature has a card of its own, and where it is broken nothing is called valid', async ({
	openDesk,
}) => {
	using folder = new SigningFolder();
	await using pki = await startDemoPki();
	const [kari, ola] = ['Kari Nordmann', 'Ola Nordmann'].map((commonName) => pki.issue({ key: 'p256', commonName }));
	if (!kari || !ola) throw new Error('two people sign');
	const { page } = await openDesk({
		files: { 'agreement-signed.pdf': await counterSignedPdf(folder, kari, ola, { value: new Uint8Array(64) }) },
		preferences: { onlineChecks: 'never' },
	});
	await firstPageDrawn(page);
	const card = page.getByRole('article', { name: 'Counter-signature by Ola Nordmann' });
	await expect(card).toHaveAttribute('data-signature-state', 'invalid');
	await expect(card).toContainText('It confirms another signature than the one it stands in.');
	await expect(page.getByRole('article', { name: 'Kari Nordmann', exact: true })).toBeVisible();
});

/** Kari's, in the document that is shown. */
const visibleCard = (page: Page) => page.locator('section:not([hidden])').getByRole('article').first();

async function shows(page: Page, state: 'valid' | 'unconfirmed' | 'changed' | 'invalid'): Promise<void> {
	await firstPageDrawn(page);
	await expect(visibleCard(page)).toHaveAttribute('data-signature-state', state);
}
