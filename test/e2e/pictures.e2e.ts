/** A picture of each state on the way from nothing to a signature; the README shows some of them. */
import { drawMark, expect, firstPageDrawn, pages, test } from './desk.ts';
import { fits, keep, looks } from './pictures.ts';

/** Names of buttons in the languages that are pictured. */
const words = {
	'light-en': { sign: 'Sign', pin: 'PIN of', drawn: 'Where I draw it', signed: 'You have signed.', reason: 'Reason' },
	'dark-nb': {
		sign: 'Signer',
		pin: 'PIN for',
		drawn: 'Der jeg tegner det',
		signed: 'Du har signert.',
		reason: 'Grunn',
	},
} as const;

for (const { name: look, preferences } of looks) {
	const text = words[look];
	const remembered = { reason: look === 'light-en' ? 'I agree' : 'Jeg er enig', location: 'Bergen', certificate: null };
	const options = { preferences: { ...preferences, remembered } };

	test(`pictures of nothing open, settings and tokens (${look})`, async ({ openDesk }) => {
		const { page } = await openDesk({ ...options, files: {} });
		await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
		await keep(page, `empty-${look}`);
		const rail = page.getByRole('navigation').first();
		await rail.getByRole('button').nth(2).click();
		await expect(page.getByRole('article').first()).toBeVisible();
		await keep(page, `tokens-${look}`);
		await rail.getByRole('button').nth(3).click();
		await keep(page, `settings-${look}`);
		await page.keyboard.press('Control+k');
		await keep(page, `palette-${look}`);
	});

	test(`pictures of reading, placing, signing and the result (${look})`, async ({ openDesk }) => {
		const { page } = await openDesk(options);
		await firstPageDrawn(page);
		await expect(page.getByRole('heading', { level: 2 })).toBeVisible();
		await keep(page, `document-${look}`);

		await page.getByRole('button', { name: text.sign, exact: true }).click();
		await expect(page.getByLabel(text.pin)).toBeVisible();
		await page.getByText(text.drawn).click();
		await pages(page).getByRole('button').nth(1).click();
		await expect(pages(page).locator('.page[data-page-number="2"][data-loaded] canvas')).toBeVisible();
		await page.waitForTimeout(300);
		await drawMark(page, [241, 346], [449, 408]);
		await expect(pages(page).locator('.mark canvas')).toBeVisible();
		await page.getByLabel(text.pin).focus();
		await keep(page, `signing-${look}`);

		await page.getByLabel(text.pin).fill('654321');
		await page.keyboard.press('Enter');
		await expect(page.getByRole('alert')).toBeVisible({ timeout: 30_000 });
		await keep(page, `wrong-pin-${look}`);

		await page.getByLabel(text.pin).fill('123456');
		await page.keyboard.press('Enter');
		await expect(page.getByText(text.signed)).toBeVisible({ timeout: 30_000 });
		await expect(page.getByRole('article').first()).toBeVisible();
		await expect(pages(page).locator('.page[data-page-number="2"][data-loaded] canvas')).toBeVisible();
		await page.waitForTimeout(500);
		await keep(page, `signed-${look}`);
	});
}

test('nothing is cut off in a small window', async ({ openDesk }) => {
	const { page } = await openDesk({ preferences: { theme: 'light', language: 'de' } });
	await page.setViewportSize({ width: 900, height: 600 });
	await firstPageDrawn(page);
	await page.getByRole('button', { name: 'Unterschreiben', exact: true }).click();
	await expect(page.getByLabel('PIN von')).toBeVisible();
	await fits(page);
	await keep(page, 'small-light-de');
});

test('nothing is cut off with text twice as large', async ({ openDesk }) => {
	const { page } = await openDesk({ preferences: { theme: 'light', language: 'de' } });
	// What 200 % of zoom does to a window of 1280 × 800: everything is laid out in half the pixels.
	await page.setViewportSize({ width: 640, height: 400 });
	await firstPageDrawn(page);
	await fits(page);
	await keep(page, 'zoomed-light-de');
	await page.getByRole('button', { name: 'Unterschriften' }).click();
	await page.getByRole('button', { name: 'Unterschreiben', exact: true }).click();
	await page.getByLabel('PIN von').scrollIntoViewIfNeeded();
	await expect(page.getByLabel('PIN von')).toBeInViewport();
	await fits(page);
	await keep(page, 'zoomed-signing-light-de');
});
