import { expect, pages, test } from './desk.ts';

test('opens a document, places a mark, signs with the token and shows the result', async ({ openDesk }) => {
	const { page, complaints } = await openDesk();
	await expect(pages(page).locator('.page canvas').first()).toBeVisible();
	await expect(page.getByRole('heading', { name: 'Nobody has signed this yet.' })).toBeVisible();
	await page.screenshot({ path: '/tmp/win1.png' });
	await page.keyboard.press('Control+s');
	await page.getByText('Where I draw it').click();
	await expect(page.getByText('Draw a frame on the page.')).toBeVisible();
	const frame = await page.locator('iframe').boundingBox();
	if (!frame) throw new Error('no frame');
	await page.mouse.move(frame.x + 350, frame.y + 300);
	await page.mouse.down();
	await page.mouse.move(frame.x + 600, frame.y + 390, { steps: 5 });
	await page.mouse.up();
	await expect(page.getByText('On page 1.')).toBeVisible();
	await expect(pages(page).locator('.mark canvas')).toBeVisible();
	await page.screenshot({ path: '/tmp/win2.png' });
	await page.getByLabel('PIN of').fill('123456');
	await page.keyboard.press('Enter');
	await page.waitForTimeout(300);
	await page.screenshot({ path: '/tmp/win3.png' });
	await page.waitForTimeout(6000);
	await page.screenshot({ path: '/tmp/win4.png' });
	console.log(complaints, await page.locator('aside').innerText());
});
