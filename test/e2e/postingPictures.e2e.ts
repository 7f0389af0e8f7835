/** A picture of each state of the inbox. */
import type { Page } from '@playwright/test';
import { firstPageDrawn } from './desk.ts';
import { fits, keep, looks } from './pictures.ts';
import {
	addPerson,
	dropFiles,
	expect,
	named,
	newPosting,
	noKeyring,
	people,
	type Scribe,
	test,
} from './postingDesk.ts';

const words = {
	'light-en': {
		service: 'Address of the service',
		pin: 'PIN of',
		upToDate: 'Up to date',
		sign: 'Read and sign',
		write: 'New posting',
		places: 'Choose the places',
		history: 'What happened',
		asked: 'Kari Nordmann was asked.',
	},
	'dark-nb': {
		service: 'Tjenestens adresse',
		pin: 'PIN for',
		upToDate: 'Oppdatert',
		sign: 'Les og signer',
		write: 'Ny sending',
		places: 'Velg plassene',
		history: 'Hva som har skjedd',
		asked: 'Kari Nordmann ble spurt.',
	},
} as const;

/** What a person finds who has been away for some days. */
async function fillInbox(ola: Scribe, kari: Scribe): Promise<void> {
	const send = async (from: Scribe, title: string, ...to: readonly string[]): Promise<string> => {
		const [posting] = await from.postings('create', 'lease.pdf', '--title', title, ...to);
		return String(posting?.['id']);
	};
	await send(
		ola,
		'Lease of the house in Elm Street',
		...['--message', 'As we discussed on Tuesday. The deposit is in § 4.'],
		...['--to', named('kari'), '--step', '2', '--to', named('ola')],
	);
	await send(ola, 'Minutes of the board, November', '--role', 'approver', '--to', named('kari'));
	const declined = await send(kari, 'Purchase of the boat', '--to', named('ola'));
	await ola.postings('decline', declined, '--reason', 'The engine is not the one that was offered');
	const completed = await send(kari, 'Non-disclosure agreement', '--to', named('ola'));
	await ola.postings('sign', completed, ...ola.key);
}

async function logIn(
	page: Page,
	service: string,
	{ pin, service: label, upToDate }: (typeof words)['light-en' | 'dark-nb'],
) {
	await page.getByRole('navigation').first().getByRole('button').nth(1).click();
	await page.getByLabel(label).fill(service);
	await page.getByLabel(pin).fill('123456');
	await page.keyboard.press('Enter');
	await expect(page.getByText(upToDate)).toBeVisible({ timeout: 30_000 });
}

for (const { name: look, preferences } of looks) {
	const text = words[look];

	test(`pictures of the inbox (${look})`, async ({ openDesk, service, scribe, contract }) => {
		test.setTimeout(240_000);
		await fillInbox(await scribe('ola'), await scribe('kari'));
		const { page } = await openDesk({ files: {}, preferences, environment: noKeyring });
		await page.getByRole('navigation').first().getByRole('button').nth(1).click();
		await page.getByLabel(text.service).fill('sign.example.com');
		await expect(page.getByLabel(text.pin)).toBeVisible();
		await keep(page, `inbox-login-${look}`);
		await logIn(page, service.url, text);
		await page.getByRole('option', { name: 'Lease of the house' }).click();
		await expect(page.getByText(text.asked)).toBeVisible();
		await keep(page, `inbox-${look}`);

		await page.getByRole('button', { name: text.sign }).click();
		await firstPageDrawn(page);
		await page.getByLabel(text.pin).focus();
		await keep(page, `posting-signing-${look}`);
		await page.getByLabel(text.pin).fill('123456');
		await page.keyboard.press('Enter');
		await expect(page.getByText('lease.pdf').and(page.locator('[data-outcome] *'))).toBeVisible({ timeout: 60_000 });
		await firstPageDrawn(page);
		await keep(page, `posting-signed-${look}`);
		await page
			.getByRole('button')
			.filter({ has: page.locator('.lucide-arrow-left') })
			.first()
			.click();

		await page.getByRole('button', { name: text.write }).click();
		await dropFiles(page, { 'lease.pdf': contract, 'annex.pdf': contract });
		await expect(page.getByText('annex.pdf').first()).toBeVisible();
		await keep(page, `compose-${look}`);
	});
}

test('nothing of the inbox is cut off in a small window, nor with text twice as large', async ({
	openDesk,
	service,
	scribe,
	contract,
}) => {
	test.setTimeout(240_000);
	await fillInbox(await scribe('ola'), await scribe('kari'));
	const { page } = await openDesk({
		files: {},
		preferences: { theme: 'light', language: 'en' },
		environment: noKeyring,
	});
	await logIn(page, service.url, words['light-en']);
	await page.getByRole('option', { name: 'Lease of the house' }).click();
	await expect(page.getByRole('button', { name: 'Read and sign' })).toBeVisible();
	await page.setViewportSize({ width: 900, height: 600 });
	await fits(page);
	await keep(page, 'inbox-small-light-en');
	// What 200 % of zoom does to a window of 1280 × 800: everything is laid out in half the pixels.
	await page.setViewportSize({ width: 640, height: 400 });
	await fits(page);
	await keep(page, 'inbox-zoomed-light-en');
	await page.getByRole('button', { name: 'All postings' }).click();
	await fits(page);
	await newPosting(page);
	await dropFiles(page, { 'lease.pdf': contract });
	await addPerson(page, 'ola');
	await page.getByRole('button', { name: 'Add a step' }).click();
	await fits(page);
	await keep(page, 'compose-zoomed-light-en');
	await page.setViewportSize({ width: 1280, height: 800 });
	await page.getByRole('group', { name: people.ola.name }).scrollIntoViewIfNeeded();
	await keep(page, 'compose-people-light-en');
	await page.getByRole('button', { name: 'Choose the places' }).click();
	await firstPageDrawn(page);
	await page.getByLabel('Place of').scrollIntoViewIfNeeded();
	await keep(page, 'compose-places-light-en');
});
