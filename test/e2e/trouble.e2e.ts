import { appendFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, firstPageDrawn, signWithPin, test } from './desk.ts';

test('tells a wrong PIN, uses one try for it, and does not send it again', async ({ openDesk }) => {
	const { page, folder } = await openDesk();
	await signWithPin(page, '999999');
	const trouble = page.getByRole('alert');
	await expect(trouble.getByText('That PIN is wrong. Nothing was signed.')).toBeVisible({ timeout: 30_000 });
	// What the token says of its PIN now is shown before the next one is typed, and the field is empty.
	await expect(page.getByText('The PIN was typed wrongly before.')).toBeVisible();
	await expect(page.getByLabel('PIN of Paraph demo')).toHaveValue('');
	expect(existsSync(join(folder, 'agreement-signed.pdf'))).toBe(false);

	await page.getByLabel('PIN of Paraph demo').fill('123456');
	await page.keyboard.press('Enter');
	await expect(page.getByText('You have signed. The new file:')).toBeVisible({ timeout: 30_000 });
});

test('says what to do when there is no token', async ({ openDesk }) => {
	const { page } = await openDesk({ token: false });
	await firstPageDrawn(page);
	await page.getByRole('button', { name: 'Sign', exact: true }).click();
	await expect(page.getByText('No card or token with a certificate was found.')).toBeVisible();
	await page.getByRole('button', { name: 'See cards and tokens' }).click();
	await expect(page.getByRole('heading', { name: 'Cards and tokens' })).toBeVisible();
	await expect(page.getByText('No card or token was found.')).toBeVisible();
});

test('keeps the signature when the timestamp service fails, and completes it later by one click', async ({
	openDesk,
	site,
}) => {
	const { page } = await openDesk();
	await firstPageDrawn(page);
	await site.pki.tsa.fail({ status: 503 });
	try {
		await signWithPin(page, '123456');
		await expect(page.getByText('You have signed; something is missing.')).toBeVisible({ timeout: 45_000 });
		await expect(page.getByText('This signature has no timestamp yet.')).toBeVisible();
	} finally {
		await site.pki.tsa.heal();
	}
	await page.getByRole('button', { name: 'Add what is missing' }).click();
	await expect(page.getByText('This signature has no timestamp yet.')).toBeHidden({ timeout: 30_000 });
	await expect(page.getByRole('article', { name: 'Kari Nordmann' }).getByText(/proved by/)).toBeVisible();
});

test('signs nothing when the timestamp service cannot even be reached', async ({ openDesk, site }) => {
	const { page, folder } = await openDesk();
	await firstPageDrawn(page);
	await site.pki.tsa.fail('down');
	try {
		await signWithPin(page, '123456');
		await expect(page.getByText('The timestamp service does not answer.')).toBeVisible({ timeout: 30_000 });
		expect(existsSync(join(folder, 'agreement-signed.pdf'))).toBe(false);
	} finally {
		await site.pki.tsa.heal();
	}
});

test('refuses to sign a file that was changed on disk while it was read', async ({ openDesk }) => {
	const { page, folder } = await openDesk();
	await firstPageDrawn(page);
	appendFileSync(join(folder, 'agreement.pdf'), '\n% something else\n');
	await signWithPin(page, '123456');
	await expect(page.getByText('The file was changed on disk while you read it.').first()).toBeVisible();
	expect(existsSync(join(folder, 'agreement-signed.pdf'))).toBe(false);
	await page.getByRole('button', { name: 'Show it as it is now' }).first().click();
	await firstPageDrawn(page);
	await expect(page.getByText('The file was changed on disk while you read it.')).toHaveCount(0);
	await signWithPin(page, '123456');
	await expect(page.getByText('You have signed. The new file:')).toBeVisible({ timeout: 30_000 });
});

test('says of a file that is no PDF what it is not', async ({ openDesk }) => {
	const { page } = await openDesk({ files: {} });
	await page.getByRole('button', { name: 'Open a document' }).first().waitFor();
	await page.evaluate(drag('dragenter', 'body'));
	await expect(page.getByText('Drop to open')).toBeVisible();
	await page.evaluate(drag('drop', '[data-drop]'));
	await expect(page.getByText('This is not a PDF document.')).toBeVisible();
});

/** A file dragged by the mouse, as a text, since the tests know no DOM. */
const drag = (type: string, onto: string) => `(() => {
	const dataTransfer = new DataTransfer();
	dataTransfer.items.add(new File(['just some words'], 'letter.pdf', { type: 'application/pdf' }));
	document.querySelector('${onto}').dispatchEvent(new DragEvent('${type}', { dataTransfer, bubbles: true }));
})()`;
