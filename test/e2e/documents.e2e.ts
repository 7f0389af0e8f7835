import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PDFDocument } from 'pdf-lib';
import { expect, firstPageDrawn, pages, signWithPin, test } from './desk.ts';

test('opens, shows and signs a document that is locked by a password', async ({ openDesk, contract }) => {
	const { page, complaints } = await openDesk({ files: { 'locked.pdf': await locked(contract, true) } });
	await expect(page.getByRole('heading', { name: 'This document is locked' })).toBeVisible();
	const password = page.getByLabel('Password');
	await password.fill('wrong');
	await password.press('Enter');
	await expect(page.getByText('That password does not open the document.')).toBeVisible();
	await password.fill('ahorse');
	await password.press('Enter');
	await firstPageDrawn(page);
	await expect(pages(page).getByText('Framework agreement on consulting').first()).toBeVisible();
	await signWithPin(page, '123456');
	await expect(page.getByText('You have signed. The new file:')).toBeVisible({ timeout: 30_000 });
	await expect(page.getByRole('article', { name: 'Kari Nordmann' }).getByText('Valid as a test')).toBeVisible();
	expect(complaints).toEqual([]);
});

test('says that the author of a locked document does not let it be signed', async ({ openDesk, contract }) => {
	const { page } = await openDesk({ files: { 'locked.pdf': await locked(contract, false) } });
	await page.getByLabel('Password').fill('ahorse');
	await page.keyboard.press('Enter');
	await firstPageDrawn(page);
	await expect(page.getByText('Its author does not allow it to be signed.')).toBeVisible();
	await expect(page.getByRole('button', { name: 'Sign', exact: true })).toBeDisabled();
});

test('chooses a document from the folders of this computer', async ({ openDesk, contract }) => {
	const { page, folder } = await openDesk({ files: {} });
	writeFileSync(join(folder, 'offer.pdf'), contract);
	await page.getByRole('button', { name: 'Open a document' }).first().click();
	const chooser = page.getByRole('dialog', { name: 'Open a document' });
	await chooser.getByRole('button', { name: 'Home' }).click();
	await chooser
		.getByRole('button', { name: /^Documents/ })
		.last()
		.click();
	await chooser.getByRole('button', { name: /^offer\.pdf/ }).click();
	await firstPageDrawn(page);
	await expect(page.getByRole('heading', { name: 'offer.pdf' })).toBeVisible();
});

test('keeps a report on a signature', async ({ openDesk }) => {
	const { page } = await openDesk();
	await signWithPin(page, '123456');
	const card = page.getByRole('article', { name: 'Kari Nordmann' });
	await card.getByRole('button', { name: 'Details' }).click({ timeout: 30_000 });
	const [download] = await Promise.all([
		page.waitForEvent('download'),
		card.getByRole('button', { name: 'Save report' }).click(),
	]);
	expect(download.suggestedFilename()).toBe('agreement-signed-report.html');
	expect(readFileSync(await download.path(), 'utf8')).toContain('Kari Nordmann');
});

test('trusts an issuer whose certificate is added, and no longer when it is taken away', async ({ openDesk, site }) => {
	const { page } = await openDesk({ files: {}, config: { trust: [] } });
	await page.getByRole('button', { name: 'Settings' }).click();
	const [chooser] = await Promise.all([
		page.waitForEvent('filechooser'),
		page.getByRole('button', { name: 'Add an issuer’s certificate' }).click(),
	]);
	await chooser.setFiles({
		name: 'root.pem',
		mimeType: 'application/x-pem-file',
		buffer: Buffer.from(site.pki.anchorPem),
	});
	const anchor = page.getByRole('listitem').filter({ hasText: 'Paraph Demo Root CA' });
	await expect(anchor.getByText('TEST')).toBeVisible();
	await anchor.getByRole('button').click();
	await expect(anchor).toBeHidden();
});

/** Encrypted under "ahorse", for whoever may change it or not. */
async function locked(plain: Uint8Array, changeable: boolean): Promise<Uint8Array> {
	const pdf = await PDFDocument.load(plain);
	pdf.encrypt({
		userPassword: 'ahorse',
		ownerPassword: 'another',
		permissions: { modifying: changeable, annotating: changeable, fillingForms: changeable },
	});
	return pdf.save();
}
