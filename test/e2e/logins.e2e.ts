/** Logging in at a service without a card, and with a second factor. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { Authenticator } from '../kit/authenticator.ts';
import { MailServer } from '../kit/mailServer.ts';
import { OidcIssuer } from '../kit/oidcIssuer.ts';
import { PostingService } from '../kit/postingService.ts';
import { noBrowser } from './noBrowser.ts';
import { fits, keep } from './pictures.ts';
import { test as base, expect, noKeyring, people } from './postingDesk.ts';

interface Ways {
	readonly issuer: OidcIssuer;
	readonly mail: MailServer;
}

/** A service that lets people in by an issuer of OpenID Connect, and by mail; Kari's card is its administrator's. */
const test = base.extend<{ readonly ways: Ways }>({
	ways: async ({ browserName: _ }, use) => {
		await using issuer = await OidcIssuer.start();
		await using mail = await MailServer.start();
		await use({ issuer, mail });
	},
	service: async ({ site, ways: { issuer, mail } }, use) => {
		const directory = mkdtempSync(join(tmpdir(), 'paraph-service-'));
		const { url, clientId } = issuer;
		const oidc = { issuer: url, name: 'Fjord ID', clientId, levels: { high: 4 }, defaultLevel: 1, role: 'member' };
		const administrators = [people.kari.identifier];
		const config = {
			administrators,
			login: { mail: true, oidc: [oidc] },
			mail: { url: mail.url, from: 'Fjord <post@example.com>' },
		};
		await using service = await PostingService.start({ site, directory, config });
		issuer.serve(`${service.url}/login/oidc/callback`);
		await use(service);
		await service.stop();
		rmSync(directory, { recursive: true, force: true });
	},
});

test('logs in without a card: in the browser, or by a code from the mail', async ({
	openDesk,
	service,
	ways,
	context,
}) => {
	await using bin = noBrowser();
	const { page, complaints } = await openDesk({
		files: {},
		token: false,
		environment: { ...noKeyring, PATH: bin.path },
	});
	await page.getByRole('button', { name: 'Inbox' }).click();
	await page.getByLabel('Address of the service').fill(service.url);
	await page.getByRole('button', { name: 'Log in without a card' }).click();

	await page.getByLabel('Your e-mail address').fill('kari@example.com');
	await page.getByRole('button', { name: 'Send me a code' }).click();
	await expect(page.getByLabel('The code in the mail')).toBeFocused();
	const code = () => ways.mail.loginCode('kari@example.com');
	await expect.poll(code, { timeout: 20_000 }).toBeDefined();
	await page.keyboard.type(code() === '000000' ? '000001' : '000000');
	await page.keyboard.press('Enter');
	await expect(page.getByText('That code is not the one.')).toBeVisible();
	await expect(page.getByRole('button', { name: 'Send me a code' })).toBeEnabled();

	ways.issuer.person = { sub: 'kari', acr: 'high', claims: { name: 'Kari Nordmann' } };
	await page.getByRole('button', { name: 'Log in with Fjord ID' }).click();
	const sheet = page.getByRole('dialog', { name: new URL(service.url).host });
	const shown = /code ([0-9A-F]{4})/.exec((await sheet.textContent()) ?? '')?.[1] ?? '';
	const browser = await context.newPage();
	await browser.goto((await sheet.locator('code').textContent()) ?? '');
	await expect(browser.getByText(shown)).toBeVisible();
	await browser.getByRole('button', { name: 'Yes, log that application in' }).click();
	await expect(browser.getByText('Done.')).toBeVisible();
	await expect(page.getByText('Up to date')).toBeVisible({ timeout: 30_000 });
	await expect(sheet).toBeHidden();
	expect(complaints).toEqual([]);
});

/** Kari's card, in a form that is on the screen. */
async function showCard(page: Page): Promise<void> {
	await page.getByLabel(/^PIN of/).fill('123456');
	await page.getByRole('button', { name: 'Log in', exact: true }).click();
}

test('asks administrators for the code of an authenticator, which is set up the first time', async ({
	openDesk,
	service,
}) => {
	test.setTimeout(120_000);
	const { page, complaints } = await openDesk({ files: {}, environment: noKeyring });
	await page.getByRole('button', { name: 'Inbox' }).click();
	await page.getByLabel('Address of the service').fill(service.url);
	await showCard(page);
	await page.getByRole('button', { name: 'Set up an authenticator' }).click();
	const shown = page.getByText(/^[A-Z2-7]{4}( [A-Z2-7]{4}){7}$/);
	const secret = (await shown.textContent()) ?? '';
	const authenticator = new Authenticator(secret);
	const address = page.getByText('otpauth://totp/Paraph:');
	await expect(address).toContainText(secret.replaceAll(' ', ''));

	const code = page.getByLabel('Code of the authenticator');
	await expect(code).toBeFocused();
	await code.fill(authenticator.wrongCode());
	await page.keyboard.press('Enter');
	await expect(page.getByText('4 tries left.')).toBeVisible();
	// The same in every picture; a secret is another each time.
	await shown.evaluate((element) => {
		element.textContent = 'JBSW Y3DP EHPK 3PXP JBSW Y3DP EHPK 3PXP';
	});
	await address.evaluate((element) => {
		element.textContent =
			'otpauth://totp/Paraph:kari%40example.com?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Paraph';
	});
	await fits(page);
	await keep(page, 'authenticator-light-en');
	const used = authenticator.code();
	await code.fill(used);
	await page.keyboard.press('Enter');
	await expect(page.getByText('Up to date')).toBeVisible({ timeout: 30_000 });

	await page.getByRole('button', { name: 'Settings' }).click();
	await page.getByRole('button', { name: 'Log in again' }).click();
	await showCard(page);
	const sheet = page.getByRole('dialog');
	await expect(sheet.getByText('You are an administrator at this service.')).toBeVisible();
	for (const left of ['4 tries left.', '3 tries left.', '2 tries left.', 'One try left.']) {
		await code.fill(left.startsWith('4') ? used : authenticator.wrongCode());
		await page.keyboard.press('Enter');
		await expect(sheet.getByText(left)).toBeVisible();
	}
	await keep(page, 'second-factor-light-en');
	// The next one, which a clock that is half a minute ahead shows already.
	await code.fill(authenticator.code(new Date(Date.now() + 30_000)));
	await page.keyboard.press('Enter');
	await expect(sheet).toBeHidden();

	await page.getByRole('button', { name: 'Log in again' }).click();
	await showCard(page);
	for (let times = 0; times < 5; times += 1) {
		await code.fill(authenticator.wrongCode());
		await page.keyboard.press('Enter');
		await expect(code).toHaveValue('');
	}
	await expect(sheet.getByText('Too many logins have failed.')).toBeVisible();
	await expect(sheet.getByText(/Try again after .*\d{2}:\d{2}/)).toBeVisible();
	expect(complaints).toEqual([]);
});
