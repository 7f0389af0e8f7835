import type { Page } from '@playwright/test';
import { expect, firstPageDrawn, pages, test } from './desk.ts';
import { pdfWithImages } from './imagePdf.ts';

/** The colour of the page at a place, as parts of its width and height. A text, since the tests know no DOM. */
const colourAt = (page: Page, x: number, y: number): Promise<unknown> | undefined =>
	page
		.frames()
		.at(-1)
		?.evaluate(`(() => {
		const canvas = document.querySelector('.page canvas');
		const { data } = canvas.getContext('2d').getImageData(canvas.width * ${x}, canvas.height * ${y}, 1, 1);
		return [...data].slice(0, 3);
	})()`);

test('draws JPEG 2000 and JBIG2 images', async ({ openDesk }) => {
	const { page, complaints } = await openDesk({
		files: { 'scan.pdf': await pdfWithImages('JPXDecode', 'JBIG2Decode') },
	});
	await firstPageDrawn(page);
	await expect.poll(() => colourAt(page, 0.25, 0.5)).toEqual([128, 128, 128]);
	await expect.poll(() => colourAt(page, 0.75, 0.5)).toEqual([0, 0, 0]);
	await expect(page.getByText('A picture could not be shown.')).toBeHidden();
	expect(complaints).toEqual([]);
});

test('lists a picture that could not be drawn, beside the PIN too', async ({ openDesk }) => {
	const { page } = await openDesk({ files: { 'scan.pdf': await pdfWithImages('broken') } });
	await firstPageDrawn(page);
	await expect(page.getByText('A picture could not be shown.')).toBeVisible();
	await page.keyboard.press('Control+s');
	await expect(page.getByLabel('PIN of Paraph demo')).toBeVisible();
	await expect(page.getByText('A picture could not be shown.')).toBeVisible();
});

test('finds text, turns pages and hides the page overview', async ({ openDesk }) => {
	const { page } = await openDesk();
	await firstPageDrawn(page);
	await page.keyboard.press('Control+f');
	await page.keyboard.type('agreement');
	await expect(page.getByText(/^1 of \d+$/)).toBeVisible();
	await page.keyboard.press('Enter');
	await expect(page.getByText(/^2 of \d+$/)).toBeVisible();
	await page.keyboard.press('Escape');

	await pages(page).getByRole('button', { name: 'Page 2' }).click();
	await expect(page.getByLabel('Page', { exact: true })).toHaveValue('2');
	await page.getByRole('button', { name: 'Page overview' }).click();
	await expect(pages(page).getByRole('button', { name: 'Page 2' })).toBeHidden();
});

test('finds every action in the command palette', async ({ openDesk }) => {
	const { page } = await openDesk();
	await firstPageDrawn(page);
	await page.keyboard.press('Control+k');
	await page.keyboard.type('settings');
	await page.keyboard.press('Enter');
	await expect(page.getByRole('heading', { name: 'Settings' })).toBeVisible();
});

test('the pages live in an origin of their own, without the bridge', async ({ openDesk }) => {
	const { page } = await openDesk();
	await firstPageDrawn(page);
	const frame = page.frames().find((one) => one !== page.mainFrame());
	expect(new URL(frame?.url() ?? '').origin).not.toBe(new URL(page.url()).origin);
	expect(await frame?.evaluate(() => 'paraph' in globalThis)).toBe(false);
});
