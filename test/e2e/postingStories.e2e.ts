/** Postings from their first day to their last, as owner and as signatory. */
import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { unzipSync } from 'fflate';
import type { PostingService } from '../kit/postingService.ts';
import { firstPageDrawn } from './desk.ts';
import { fits, keep } from './pictures.ts';
import {
	addPerson,
	dropFiles,
	expect,
	fillPerson,
	logIn,
	MovedClock,
	newPosting,
	noKeyring,
	people,
	test,
} from './postingDesk.ts';

const DAY = 86_400_000;

const clock = new MovedClock();
test.use({ clock });
test.beforeEach(() => {
	clock.by = 0;
});

/** What the service does by itself, without waiting for its turn. */
async function jobsOf(service: PostingService): Promise<void> {
	clock.by += 20_000;
	await service.runJobs();
}

/** What the desktop is told since the person looks away from the window. */
interface Notices {
	told(): Promise<readonly string[]>;
	/** Presses the newest, as on the desktop. */
	press(): Promise<void>;
}

/** Looks away from the window. */
async function noticesOf(page: Page): Promise<Notices> {
	// As text: the page's own types are not those of the tests.
	await page.evaluate(`{
		document.hasFocus = () => false;
		window.told = [];
		window.focus = () => (document.hasFocus = () => true);
		window.Notification = class extends Notification {
			constructor(title, options) {
				super(title, options);
				told.push(this);
			}
		};
	}`);
	return {
		told: () => page.evaluate('told.map(({ body }) => body)'),
		press: () => page.evaluate("void told.at(-1).dispatchEvent(new Event('click'))"),
	};
}

test('hands over a part, reminds who has it, takes all that came of it, and sees the service forget it', async ({
	openDesk,
	service,
	scribe,
	contract,
}) => {
	test.setTimeout(120_000);
	const ola = await scribe('ola');
	const { page, complaints } = await openDesk({ files: {}, environment: noKeyring });
	await logIn(page, service, 'kari');
	await page.context().grantPermissions(['notifications']);
	await page.getByRole('button', { name: 'Settings' }).click();
	await page.getByText('Tell me on the desktop when a posting waits for me').click();
	await page.getByRole('button', { name: 'Inbox' }).click();
	const notices = await noticesOf(page);
	// What follows is done yesterday, as the service has it: nobody is reminded within a day.
	clock.by = -DAY - 60_000;
	await newPosting(page);
	await dropFiles(page, { 'lease.pdf': contract });
	await addPerson(page, 'kari');
	await page.getByText('They may hand over to somebody else').click();
	await page.getByRole('button', { name: 'Send', exact: true }).click();
	const posting = page.getByRole('article', { name: 'lease' });
	await posting.getByRole('button', { name: 'Hand over' }).click({ timeout: 30_000 });
	const sheet = page.getByRole('dialog');
	await fillPerson(sheet, 'ola');
	await sheet.getByRole('button', { name: 'Hand over' }).click();
	await expect(posting.getByText('Has handed over')).toBeVisible();
	await expect(posting.getByText('Now asked instead: Ola Hansen')).toBeVisible({ timeout: 30_000 });
	await expect(posting.getByRole('button', { name: 'Read and sign' })).toBeHidden();

	clock.by = 0;
	await posting.getByRole('button', { name: 'Remind Ola Hansen' }).click();
	await expect(posting.getByText('Ola Hansen was reminded.')).toBeVisible({ timeout: 30_000 });
	await expect(posting.getByRole('button', { name: 'Remind Ola Hansen' })).toBeHidden();

	const [sent] = await ola.postings('list');
	const id = String(sent?.['id']);
	expect(await ola.postings('sign', id, ...ola.key)).toMatchObject([{ outcome: 'accepted' }]);
	await expect.poll(notices.told, { timeout: 30_000 }).toContain('“lease” is completed.');
	// Another posting is being written by now: it is kept, and what the notice is of is shown.
	await newPosting(page);
	await page.getByLabel('Title').fill('Another');
	await page.getByRole('button', { name: 'Documents', exact: true }).click();
	await notices.press();
	expect(await page.evaluate('document.hasFocus()')).toBe(true);
	await expect(posting.getByRole('heading', { name: 'lease' })).toBeVisible();
	await expect(page.getByRole('option', { name: 'lease' })).toHaveAttribute('aria-selected', 'true');
	await page.getByText(/^Drafts/).click();
	await expect(page.getByRole('list', { name: 'Drafts' }).getByRole('listitem')).toHaveCount(1);
	await expect(page.getByRole('button', { name: 'Another' })).toBeVisible();
	await jobsOf(service);
	const download = page.waitForEvent('download');
	await posting.getByRole('button', { name: 'Download all' }).click({ timeout: 30_000 });
	const names = Object.keys(unzipSync(readFileSync(await (await download).path())));
	for (const wanted of [/lease\.pdf$/, /receipt.*Ola Hansen.*\.pdf$/i, /\.(?:jws|json)$/])
		expect(names.some((name) => wanted.test(name))).toBe(true);
	await posting.getByRole('button', { name: 'I have it safe' }).click();
	await expect(posting.getByRole('button', { name: 'I have it safe' })).toBeHidden();
	await expect(posting.getByText('Kari Nordmann confirmed to have everything.')).toBeVisible({ timeout: 30_000 });

	// The last who could still want it has what is theirs.
	await ola.postings('receipt', id, '--out', 'receipt.pdf', '--release');
	await jobsOf(service);
	await expect(page.getByText('This posting is not there any more.')).toBeVisible({ timeout: 30_000 });
	await keep(page, 'posting-deleted-light-en');
	await expect(page.getByRole('option', { name: 'lease' })).toBeHidden();
	await expect(ola.postings('show', id)).rejects.toThrow();
	expect(complaints).toEqual([]);
});

test('enrols a certificate, signs by it, and takes the receipt', async ({ openDesk, service, scribe }) => {
	test.setTimeout(120_000);
	const ola = await scribe('ola');
	await ola.postings('create', 'lease.pdf', '--to', 'Kari Nordmann <kari@example.com>');
	// The sender's own, on the command line.
	await ola.postings('enrol', ...ola.key);
	const [olas] = await ola.postings('certificates');
	expect(olas).toMatchObject({ subject: people.ola.name, issuer: 'Paraph Demo Issuing CA' });
	await ola.postings('unenrol', String(olas?.['sha256']).slice(0, 12));
	expect(await ola.postings('certificates')).toEqual([]);

	const { page, complaints } = await openDesk({ files: {}, environment: noKeyring });
	await logIn(page, service, 'kari');
	const posting = page.getByRole('article', { name: 'lease' });
	await posting.getByRole('button', { name: 'Read and sign' }).click();
	await expect(page.getByText('The service does not know this certificate as yours yet.')).toBeVisible();
	await firstPageDrawn(page);
	await keep(page, 'posting-enrol-light-en');
	await page.getByRole('button', { name: 'Enrol this certificate' }).click();
	const sheet = page.getByRole('dialog');
	await sheet.getByLabel(/^PIN of/).fill('123456');
	await sheet.getByRole('button', { name: 'Enrol a certificate' }).click();
	await expect(sheet).toBeHidden();
	await page.getByLabel(/^PIN of/).fill('123456');
	await page.keyboard.press('Enter');
	await expect(page.getByText('You have signed lease.pdf. The sender has it.')).toBeVisible({ timeout: 30_000 });

	await page.getByRole('button', { name: 'What the signatures are worth' }).click();
	const card = page.getByRole('article', { name: 'Kari Nordmann' });
	await expect(card.getByText('Valid as a test')).toBeVisible();
	await card.getByRole('button', { name: 'Details' }).click();
	await expect(card.getByText(`serialNumber=${people.kari.identifier}`).first()).toBeVisible();

	await page.getByRole('button', { name: 'Inbox' }).click();
	await page.getByRole('button', { name: 'Back to the posting' }).click();
	await jobsOf(service);
	const download = page.waitForEvent('download');
	await posting.getByRole('button', { name: 'Save my receipt' }).click({ timeout: 30_000 });
	const receipt = await download;
	expect(receipt.suggestedFilename()).toBe('lease-receipt.pdf');
	expect(
		readFileSync(await receipt.path())
			.subarray(0, 5)
			.toString(),
	).toBe('%PDF-');
	await posting.getByRole('button', { name: 'I have my receipt' }).click();
	await expect(posting.getByText('Kari Nordmann has the receipt.')).toBeVisible({ timeout: 30_000 });
	await expect(posting.getByRole('button', { name: 'I have my receipt' })).toBeHidden();

	await page.getByRole('button', { name: 'Settings' }).click();
	const enrolled = page.getByRole('region', { name: 'Enrolled certificates' });
	await expect(enrolled.getByRole('listitem')).toHaveCount(1);
	await page.getByText('Tell me on the desktop').scrollIntoViewIfNeeded();
	await fits(page);
	await keep(page, 'settings-account-light-en');
	await page.emulateMedia({ colorScheme: 'dark' });
	await keep(page, 'settings-account-dark-en');
	await enrolled.getByRole('button', { name: 'Remove the certificate of Kari Nordmann' }).click();
	await expect(enrolled.getByRole('listitem')).toHaveCount(0);
	expect(complaints).toEqual([]);
});
