import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { MailServer } from '../kit/mailServer.ts';
import { sendPosting } from '../kit/sentPosting.ts';
import { ServiceSite } from '../kit/serviceSite.ts';

test('is reached from the mail, read, and declined with a reason, in a browser without scripts', async ({
	browser,
}) => {
	await using mail = await MailServer.start();
	await using site = await ServiceSite.start({
		config: { login: { mail: true }, mail: { url: mail.url, from: 'Paraph <paraph@example.org>' } },
	});
	const posting = await sendPosting(site, [['Bo', 'approver']], { minLevel: 1 });
	const letterTo = (address: string, words: RegExp) =>
		mail.received.findLast(({ to, subject }) => to.includes(address) && words.test(subject));
	await expect.poll(() => letterTo('bo@example.com', /Lease/)).toBeDefined();
	expect(letterTo('bo@example.com', /Lease/)?.raw.replace(/=\r\n/g, '')).toContain(`/p/${posting}`);

	const page = await browser.newPage({ javaScriptEnabled: false });
	await page.goto(`${site.url}/p/${posting}`);
	await page.getByRole('textbox', { name: 'E-mail address' }).fill('bo@example.com');
	await page.getByRole('button', { name: 'Send the code' }).click();
	await expect.poll(() => letterTo('bo@example.com', /code/)).toBeDefined();
	await page.getByRole('textbox', { name: 'Code' }).fill(letterTo('bo@example.com', /code/)?.subject.slice(0, 6) ?? '');
	await page.getByRole('button', { name: 'Log in' }).click();

	await expect(
		page
			.getByRole('heading', { name: 'Lease of Storgata 1' })
			.or(page.getByRole('link', { name: 'Lease of Storgata 1' })),
	).toBeVisible();
	await page.goto(`${site.url}/p/${posting}`);
	const download = page.waitForEvent('download');
	await page.getByRole('link', { name: 'Download: contract.pdf' }).click();
	expect((await download).suggestedFilename()).toBe('contract.pdf');
	await page.getByText('Decline').first().click();
	await page.getByLabel(/Why do you decline/).fill('The rent is too high.');
	await page.getByRole('button', { name: 'Decline' }).click();
	await expect(page.getByText('to approve – declined').first()).toBeVisible();
	await page.close();
});

test('can be used by everybody', async ({ browser }) => {
	await using site = await ServiceSite.start({ config: { login: { mail: true } } });
	const context = await browser.newContext();
	const page = await context.newPage();
	for (const path of ['/login', '/docs']) {
		await page.goto(site.url + path);
		const { violations } = await new AxeBuilder({ page }).analyze();
		expect(violations.map(({ id }) => id)).toEqual([]);
	}
	await context.close();
});
