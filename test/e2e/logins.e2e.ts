/** Logging in at a service without a card. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MailServer } from '../kit/mailServer.ts';
import { OidcIssuer } from '../kit/oidcIssuer.ts';
import { PostingService } from '../kit/postingService.ts';
import { noBrowser } from './noBrowser.ts';
import { test as base, expect, noKeyring } from './postingDesk.ts';

interface Ways {
	readonly issuer: OidcIssuer;
	readonly mail: MailServer;
}

/** A service that lets people in by an issuer of OpenID Connect, and by mail. */
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
		const config = { login: { mail: true, oidc: [oidc] }, mail: { url: mail.url, from: 'Fjord <post@example.com>' } };
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
