/** Keys that are in no token: a file, a service that wants a code, a service that sends people to the browser. */
import type { Page } from '@playwright/test';
import { type CscServerOptions, demoClient, rsa, startCscServer } from '../kit/cscServer.ts';
import type { DemoSite } from '../kit/demoSite.ts';
import { keyFile } from '../kit/keyFile.ts';
import { expect, test } from './desk.ts';
import { noBrowser } from './noBrowser.ts';
import { keep, looks } from './pictures.ts';

/** Whatever is in this machine's card readers is none of these tests' business. */
const noCards = { PCSCLITE_CSOCK_NAME: '/nowhere/pcscd.comm' };

const issue = (site: DemoSite) => site.pki.issue({ key: 'rsa-2048', commonName: 'Ola Utenkort' });

const serve = (site: DemoSite, options: Partial<CscServerOptions>) =>
	startCscServer({ version: 2, issued: issue(site), algorithms: [rsa], multisign: 4, ...options });

const goToTokens = (page: Page) => page.getByRole('button', { name: 'Tokens', exact: true }).click();
const goToDocuments = (page: Page) => page.getByRole('button', { name: 'Documents', exact: true }).click();

async function addService(page: Page, address: string, clientId?: string): Promise<void> {
	await goToTokens(page);
	await page.getByRole('button', { name: 'Add a signing service' }).click();
	const sheet = page.getByRole('dialog', { name: 'Add a signing service' });
	await sheet.getByLabel('Address of the service').fill(address);
	if (clientId) {
		await sheet.getByText('If it gave you a user name or a client name').click();
		await sheet.getByRole('textbox', { name: 'Client name' }).fill(clientId);
	}
	await sheet.getByRole('button', { name: 'Add', exact: true }).click();
}

/** Opens the signing sheet and chooses the certificate. */
async function chooseOla(page: Page): Promise<void> {
	await goToDocuments(page);
	await page.getByRole('button', { name: 'Sign', exact: true }).click();
	await page.getByRole('button', { name: /other certificate/ }).click();
	await page
		.getByRole('radio', { name: /Ola Utenkort/ })
		.first()
		.check({ force: true });
}

test('signs with a key file', async ({ openDesk, site }) => {
	const { page } = await openDesk({ environment: noCards });
	await goToTokens(page);
	await page.getByRole('button', { name: 'Add a key file' }).click();
	const sheet = page.getByRole('dialog', { name: 'Add a key file' });
	const file = { name: 'ola.p12', mimeType: 'application/x-pkcs12', buffer: keyFile(issue(site), 'hemmelig') };
	await sheet.locator('input[type=file]').setInputFiles(file);
	await sheet.getByLabel('Password of the file').fill('feil');
	await sheet.getByRole('button', { name: 'Add', exact: true }).click();
	await expect(sheet.getByText('The password of the file is wrong.')).toBeVisible();
	await sheet.getByLabel('Password of the file').fill('hemmelig');
	await sheet.getByRole('button', { name: 'Add', exact: true }).click();
	await expect(page.getByRole('article', { name: 'ola.p12' }).getByText('Ola Utenkort')).toBeVisible();
	await chooseOla(page);
	await page.getByLabel('Password of ola.p12').fill('hemmelig');
	await page.keyboard.press('Enter');
	await expect(page.getByText('You have signed.')).toBeVisible({ timeout: 30_000 });
});

test('signs at a service with PIN and one-time code, and says when the code is wrong', async ({ openDesk, site }) => {
	await using server = await serve(site, { pin: '123456', otp: '998877', scal: 2 });
	const { page } = await openDesk({ environment: noCards });
	await addService(page, server.address);
	await expect(page.getByRole('article', { name: 'Demo Remote Signing' })).toBeVisible();
	await chooseOla(page);
	for (const code of ['111111', '998877']) {
		await page.getByLabel('PIN for Demo Remote Signing').fill('123456');
		await page.keyboard.press('Enter');
		const sheet = page.getByRole('dialog', { name: 'Demo Remote Signing' });
		await sheet.getByRole('textbox').fill(code);
		await sheet.getByRole('button', { name: 'Go on' }).click();
		if (code === '111111') await expect(page.getByRole('alert')).toBeVisible({ timeout: 30_000 });
	}
	await expect(page.getByText('You have signed.')).toBeVisible({ timeout: 30_000 });
});

test('shows the page that a service wants the person to answer in the browser', async ({ openDesk, site }) => {
	await using server = await serve(site, { mode: 'oauth2code', scal: 2, accessToken: 'T0K/en+' });
	await using bin = noBrowser();
	const environment = { ...noCards, PARAPH_REMOTE_SECRET: demoClient.secret, PATH: bin.path };
	const { page } = await openDesk({ environment });
	await addService(page, server.address, demoClient.id);
	const sheet = page.getByRole('dialog', { name: server.host.replace('http://', '') });
	await fetch((await sheet.locator('code').textContent()) ?? '');
	await expect(sheet).toBeHidden();
	await expect(page.getByRole('article', { name: 'Demo Remote Signing' })).toBeVisible();
});

for (const { name: look, preferences } of looks) {
	test(`pictures of keys kept elsewhere (${look})`, async ({ openDesk, site }) => {
		await using server = await serve(site, { pin: '123456', otp: '998877' });
		const { page } = await openDesk({ preferences, files: {}, token: false, environment: noCards });
		const rail = page.getByRole('navigation').first();
		await rail.getByRole('button').nth(2).click();
		const section = page.getByRole('region').last();
		await section.getByRole('button').nth(1).click();
		await page.getByRole('dialog').getByRole('textbox').first().fill(server.address);
		await page.keyboard.press('Enter');
		await expect(page.getByRole('article', { name: 'Demo Remote Signing' })).toBeVisible();
		// The port is another each time.
		await page.getByText(server.host, { exact: false }).evaluate((element) => {
			element.textContent = 'https://service.example/csc/v2';
		});
		await keep(page, `keys-${look}`);
		await section.getByRole('button').first().click();
		await keep(page, `key-file-${look}`);
	});
}
