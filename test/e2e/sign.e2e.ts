import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { drawMark, expect, firstPageDrawn, pages, signWithPin, test } from './desk.ts';

const paraph = fileURLToPath(new URL('../../bin/paraph', import.meta.url));

test('opens a document, places a mark, signs with the token and shows the result', async ({ openDesk }) => {
	const { page, folder, site, complaints } = await openDesk();
	await firstPageDrawn(page);
	await expect(page.getByRole('heading', { name: 'Nobody has signed this yet.' })).toBeVisible();

	await page.getByRole('button', { name: 'Sign', exact: true }).click();
	await page.getByText('Where I draw it').click();
	await expect(page.getByText('Draw a frame on the page.')).toBeVisible();
	await drawMark(page, [350, 380], [600, 460]);
	await expect(page.getByText('On page 1.')).toBeVisible();
	// What is drawn into the frame is the host's own picture of what it will write.
	await expect(pages(page).locator('.mark canvas')).toBeVisible();
	await page.getByLabel('Reason', { exact: true }).fill('I agree');
	const pin = page.getByLabel('PIN of Paraph demo');
	await pin.fill('123456');
	await pin.press('Enter');

	await expect(page.getByRole('heading', { name: 'You have signed. The new file:' })).toBeVisible({ timeout: 30_000 });
	await expect(page.getByRole('heading', { name: 'agreement-signed.pdf' })).toBeVisible();
	const card = page.getByRole('article', { name: 'Kari Nordmann' });
	await expect(card.getByText('Valid as a test')).toBeVisible();
	await expect(card.getByText('I agree')).toBeVisible();
	// It rests on a test anchor: never plainly valid, and a band lies over the panel.
	await expect(page.locator('[data-test-band]')).toBeVisible();

	const signed = join(folder, 'agreement-signed.pdf');
	expect(existsSync(signed)).toBe(true);
	const verdict = await verify(signed, site.trust);
	expect(verdict).toMatchObject({ indication: 'TOTAL-PASSED' });
	expect(complaints).toEqual([]);
});

test('needs nothing but the PIN and Enter when nothing has to be changed', async ({ openDesk }) => {
	const { page } = await openDesk();
	await firstPageDrawn(page);
	await page.keyboard.press('Control+s');
	const pin = page.getByLabel('PIN of Paraph demo');
	await expect(pin).toBeFocused();
	await page.keyboard.type('123456');
	await page.keyboard.press('Enter');
	await expect(page.getByText('You have signed. The new file:')).toBeVisible({ timeout: 30_000 });
});

test('keeps the first signature valid when a second is added', async ({ openDesk }) => {
	const { page, folder, site } = await openDesk();
	await signWithPin(page, '123456');
	await expect(page.getByText('You have signed. The new file:')).toBeVisible({ timeout: 30_000 });
	await signWithPin(page, '123456');
	await expect(page.getByRole('heading', { name: 'Signed 2 times, with test certificates' })).toBeVisible({
		timeout: 30_000,
	});
	const name = await page.getByRole('heading', { level: 1 }).textContent();
	const verdict = await verify(join(folder, name ?? ''), site.trust);
	expect(verdict).toMatchObject({ indication: 'TOTAL-PASSED' });
});

test('places the mark without a pointer', async ({ openDesk }) => {
	const { page } = await openDesk();
	await firstPageDrawn(page);
	await page.keyboard.press('Control+s');
	await page.getByText('Where I draw it').click();
	await page.getByRole('button', { name: 'Without a pointer' }).press('Enter');
	await page.getByRole('button', { name: 'Bottom right' }).press('Enter');
	await expect(page.getByText('On page 2.')).toBeVisible();
	const mark = pages(page).getByRole('application');
	await expect(mark).toBeFocused();
	// Until the keys arrive in the frame.
	const first = await mark.boundingBox();
	await expect(async () => {
		await page.keyboard.press('ArrowUp');
		expect((await mark.boundingBox())?.y).toBeLessThan(first?.y ?? 0);
	}).toPass();
	// Quicker than a busy window hears of it: not one step may be lost.
	const busy = await page.context().newCDPSession(page);
	await busy.send('Emulation.setCPUThrottlingRate', { rate: 20 });
	const before = await mark.boundingBox();
	const steps = 12;
	for (let step = 0; step < steps; step++) await page.keyboard.press('ArrowUp');
	await page.keyboard.press('Shift+ArrowLeft');
	const points = 4 / 190;
	await expect.poll(async () => (await mark.boundingBox())?.width).toBeCloseTo((before?.width ?? 0) * (1 - points), 0);
	await expect
		.poll(async () => (await mark.boundingBox())?.y)
		.toBeCloseTo((before?.y ?? 0) - steps * points * (before?.width ?? 0), 0);
});

/** What the command line says of a file. The demo PKI runs in this very process, so nothing may block it. */
async function verify(file: string, trust: string): Promise<unknown> {
	const asked = promisify(execFile)(paraph, ['verify', '--json', '--trust', trust, file]);
	// It exits by its verdict, which is in what it printed as well.
	const { stdout } = await asked.catch((error: { readonly stdout: string }) => error);
	return JSON.parse(stdout);
}
