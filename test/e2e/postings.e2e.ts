import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Page } from '@playwright/test';
import { drawMark, firstPageDrawn } from './desk.ts';
import { keep } from './pictures.ts';
import {
	addPerson,
	dropFiles,
	expect,
	fillPerson,
	logIn,
	named,
	newPosting,
	noKeyring,
	people,
	test,
} from './postingDesk.ts';

const openBox = (page: Page, name: string) =>
	page
		.getByRole('radiogroup', { name: 'Show' })
		.getByText(new RegExp(`^${name}`))
		.click();

/** What `paraph fields` says of the signature fields in a file. */
async function signatureFieldsOf(file: string): Promise<readonly { readonly type: string }[]> {
	const { stdout } = await promisify(execFile)('bin/paraph', ['fields', file, '--json']);
	const lines = stdout.split('\n').filter(Boolean);
	return lines.map((line) => JSON.parse(line)).filter(({ type }) => type === 'signature');
}

test('writes a posting, and sees the other person sign it', async ({ openDesk, service, scribe, contract }) => {
	test.setTimeout(120_000);
	const ola = await scribe('ola');
	const { page, complaints } = await openDesk({ files: {}, environment: noKeyring });
	await logIn(page, service, 'kari');

	await newPosting(page);
	await expect(page.getByText('Add a document first.')).toBeVisible();
	await dropFiles(page, { 'lease.pdf': contract });
	await expect(page.getByLabel('Title')).toHaveValue('lease');
	await addPerson(page, 'ola');
	await expect(page.getByText('Everything is there.')).toBeVisible();
	await page.getByRole('button', { name: 'Choose the places' }).click();
	await firstPageDrawn(page);
	await page.locator('iframe').scrollIntoViewIfNeeded();
	await drawMark(page, [120, 100], [330, 180]);
	await expect(page.getByText('On page 1. Drag it to move it')).toBeVisible();
	await page.getByRole('button', { name: 'Send', exact: true }).click();

	const posting = page.getByRole('article', { name: 'lease' });
	await expect(posting.getByText('0 of 1 done')).toBeVisible();
	await expect(posting.getByText(/^Asked/)).toBeVisible({ timeout: 30_000 });

	const [sent] = await ola.postings('list');
	expect(sent).toMatchObject({ title: 'lease', owner: people.kari.name, todo: 'sign' });
	await ola.postings('document', String(sent?.['id']), '--out', 'to-sign.pdf');
	expect(await signatureFieldsOf(`${ola.folder}/to-sign.pdf`)).toMatchObject([{ name: 'Signature 1', page: 1 }]);
	const [signed] = await ola.postings('sign', String(sent?.['id']), ...ola.key);
	expect(signed).toMatchObject({ outcome: 'accepted' });

	// The window learns of it by itself.
	await expect(posting.getByText('Completed')).toBeVisible({ timeout: 30_000 });
	await expect(posting.getByText('Ola Hansen has signed.')).toBeVisible();
	expect(complaints).toEqual([]);
});

test('signs what was sent, by the token and its PIN, where the sender put the field', async ({
	openDesk,
	service,
	scribe,
	site,
}) => {
	test.setTimeout(120_000);
	const ola = await scribe('ola');
	const [sent] = await ola.postings('create', 'lease.pdf', '--to', named('kari'));
	const { page, complaints } = await openDesk({ files: {}, environment: noKeyring });
	await logIn(page, service, 'kari');
	await page.getByRole('option', { name: 'lease' }).click();
	await page.getByRole('button', { name: 'Read and sign' }).click();
	await page.getByLabel(/^PIN of/).fill('123456');
	await page.keyboard.press('Enter');
	await expect(page.getByText('You have signed lease.pdf. The sender has it.')).toBeVisible({ timeout: 60_000 });
	await page.getByRole('button', { name: 'What the signatures are worth' }).click();
	await expect(page.getByRole('article', { name: 'Kari Nordmann' }).getByText('Valid as a test')).toBeVisible();
	expect(complaints).toEqual([]);

	await ola.postings('document', String(sent?.['id']), '--out', 'signed.pdf');
	const { stdout } = await promisify(execFile)('bin/paraph', [
		'verify',
		'--json',
		'--trust',
		site.trust,
		`${ola.folder}/signed.pdf`,
	]);
	expect(JSON.parse(stdout)).toMatchObject({ indication: 'TOTAL-PASSED' });
});

test('signs again by itself when somebody was quicker and only signed', async ({ openDesk, service, scribe }) => {
	test.setTimeout(120_000);
	const ola = await scribe('ola');
	const [sent] = await ola.postings('create', 'lease.pdf', '--to', named('kari'), '--to', named('ola'));
	const { page } = await openDesk({ files: {}, environment: noKeyring });
	await logIn(page, service, 'kari');
	await page.getByRole('option', { name: 'lease' }).click();
	await page.getByRole('button', { name: 'Read and sign' }).click();
	// The document is on the screen, as it was before the other signature.
	await expect(page.getByLabel(/^PIN of/)).toBeEnabled();
	await expect(page.getByRole('button', { name: 'Sign', exact: true })).toBeVisible();
	await ola.postings('sign', String(sent?.['id']), ...ola.key);
	await page.getByLabel(/^PIN of/).fill('123456');
	await page.keyboard.press('Enter');
	await expect(page.getByText('You have signed lease.pdf. The sender has it.')).toBeVisible({ timeout: 60_000 });
	const [posting] = await ola.postings('show', String(sent?.['id']));
	expect(posting).toMatchObject({ state: 'completed', documents: [{ signatures: 2 }] });
});

test('keeps a signature that has no timestamp yet, and completes and sends it without the card', async ({
	openDesk,
	service,
	scribe,
	site,
}) => {
	test.setTimeout(120_000);
	const ola = await scribe('ola');
	const [sent] = await ola.postings('create', 'lease.pdf', '--to', named('kari'));
	const { page, complaints } = await openDesk({ files: {}, environment: noKeyring });
	await logIn(page, service, 'kari');
	await page.getByRole('option', { name: 'lease' }).click();
	await page.getByRole('button', { name: 'Read and sign' }).click();
	await site.pki.tsa.fail({ status: 503 });
	try {
		await page.getByLabel(/^PIN of/).fill('123456');
		await page.keyboard.press('Enter');
		await expect(page.getByText('You have signed, but the sender does not have it yet')).toBeVisible({
			timeout: 60_000,
		});
		await keep(page, 'posting-kept');
		await page.getByRole('button', { name: 'Add what is missing and send' }).click();
		await expect(page.getByRole('button', { name: 'Add what is missing and send' })).toBeEnabled({ timeout: 60_000 });
		expect(await ola.postings('show', String(sent?.['id']))).toMatchObject([{ documents: [{ signatures: 0 }] }]);
	} finally {
		await site.pki.tsa.heal();
	}
	await page.getByRole('button', { name: 'Add what is missing and send' }).click();
	await expect(page.getByText('You have signed lease.pdf. The sender has it.')).toBeVisible({ timeout: 60_000 });
	await expect(page.getByRole('button', { name: 'Add what is missing and send' })).toBeHidden();
	expect(complaints).toEqual([]);
	const [posting] = await ola.postings('show', String(sent?.['id']));
	expect(posting).toMatchObject({ state: 'completed', documents: [{ signatures: 1 }] });
});

test('lets nobody sign before a signature that was kept a moment ago, on the command line too', async ({
	scribe,
	site,
}) => {
	test.setTimeout(120_000);
	const [kari, ola] = [await scribe('kari'), await scribe('ola')];
	const [sent] = await ola.postings('create', 'lease.pdf', '--to', named('kari'), '--to', named('ola'));
	const id = String(sent?.['id']);
	await kari.postings('sync');
	await site.pki.tsa.fail({ status: 503 });
	try {
		await expect(kari.postings('sign', id, ...kari.key)).rejects.toThrow('"outcome":"incomplete"');
		await expect(kari.postings('complete', id)).rejects.toThrow('tsa-http-status');
	} finally {
		await site.pki.tsa.heal();
	}
	await expect(ola.postings('sign', id, ...ola.key)).rejects.toThrow('document-leased');
	expect(await kari.postings('complete', id)).toMatchObject([{ outcome: 'accepted' }]);
	expect(await ola.postings('sign', id, ...ola.key)).toMatchObject([{ outcome: 'accepted' }]);
	expect(await ola.postings('show', id)).toMatchObject([{ state: 'completed', documents: [{ signatures: 2 }] }]);
});

test('names somebody else in the place of one who declined', async ({ openDesk, service, scribe, contract }) => {
	test.setTimeout(120_000);
	const ola = await scribe('ola');
	const { page } = await openDesk({ files: {}, environment: noKeyring });
	await logIn(page, service, 'kari');
	await newPosting(page);
	await dropFiles(page, { 'lease.pdf': contract });
	await addPerson(page, 'ola');
	await page.getByRole('button', { name: 'Send', exact: true }).click();
	const posting = page.getByRole('article', { name: 'lease' });
	await expect(posting.getByText(/^Asked/)).toBeVisible({ timeout: 30_000 });
	const [sent] = await ola.postings('list');
	await ola.postings('decline', String(sent?.['id']), '--reason', 'The rent is not what we agreed');
	await expect(posting.getByText('Has declined')).toBeVisible({ timeout: 30_000 });
	await expect(posting.getByText('“The rent is not what we agreed”')).toBeVisible();

	await posting.getByRole('button', { name: 'Name somebody else for Ola Hansen' }).click();
	const sheet = page.getByRole('dialog');
	await fillPerson(sheet, 'kari');
	await sheet.getByRole('button', { name: 'Name somebody else' }).click();
	await expect(posting.getByText('Now asked instead: Kari Nordmann')).toBeVisible({ timeout: 30_000 });
	await expect(posting.getByRole('button', { name: 'Read and sign' })).toBeVisible();
});

test('keeps what was done without a connection, and sends it when there is one', async ({
	openDesk,
	service,
	scribe,
	contract,
}) => {
	test.setTimeout(120_000);
	const ola = await scribe('ola');
	const { page } = await openDesk({ files: {}, environment: noKeyring });
	await logIn(page, service, 'kari');
	await service.stop();
	await expect(page.getByText(/^No connection/)).toBeVisible({ timeout: 60_000 });

	await newPosting(page);
	await dropFiles(page, { 'lease.pdf': contract });
	await addPerson(page, 'ola');
	await page.getByRole('button', { name: 'Send', exact: true }).click();
	await expect(page.getByText('No connection. 2 things wait and are sent by themselves.')).toBeVisible();
	await openBox(page, 'Sent');
	await expect(page.getByRole('option', { name: 'lease' }).getByText('Not sent yet')).toBeVisible();

	// The window may even be closed in between: here it is only loaded anew.
	await page.reload();
	await page.getByRole('button', { name: 'Inbox' }).click();
	await service.resume();
	await page.getByRole('button', { name: 'Try now' }).click();
	await expect(page.getByText('Up to date')).toBeVisible({ timeout: 60_000 });
	expect(await ola.postings('list')).toMatchObject([{ title: 'lease', todo: 'sign' }]);
});

test('says in words what the service did not take of what was done without a connection', async ({
	openDesk,
	scribe,
}) => {
	test.setTimeout(120_000);
	const ola = await scribe('ola');
	const kari = await scribe('kari');
	const [sent] = await ola.postings('create', 'lease.pdf', '--role', 'approver', '--to', named('kari'));
	const id = String(sent?.['id']);
	await kari.postings('sync');
	await kari.postings('approve', id, '--offline');
	// The sender was quicker.
	await ola.postings('cancel', id, '--reason', 'A mistake in § 2');

	// The window has the same store, and sends what the command line left in it.
	const { page } = await openDesk({ files: {}, environment: { ...noKeyring, ...kari.environment } });
	await page.getByRole('button', { name: 'Inbox' }).click();
	const posting = page.getByRole('article', { name: 'lease' });
	await expect(posting.getByText('Not done: your approval')).toBeVisible({ timeout: 30_000 });
	await expect(posting.getByText('This is not asked of you now.')).toBeVisible();
	await expect(posting.getByText('Ola Hansen withdrew the posting.')).toBeVisible();
	await keep(page, 'inbox-trouble-light-en');
	await posting.getByRole('button', { name: 'Give it up' }).click();
	await expect(posting.getByText('Not done: your approval')).toBeHidden();
});

test('keeps a draft as it stands, and moves its steps by keyboard', async ({ openDesk, service, contract }) => {
	const { page } = await openDesk({ files: {}, environment: noKeyring });
	await logIn(page, service, 'kari');
	await newPosting(page);
	await dropFiles(page, { 'lease.pdf': contract, 'annex.pdf': contract });
	await addPerson(page, 'kari');
	await page.getByRole('button', { name: 'Add a step' }).click();
	await addPerson(page, 'ola');
	const steps = page.getByRole('grid', { name: 'Order' }).getByRole('row');
	await expect(steps).toHaveText(['Step 1: Kari Nordmann', 'Step 2: Ola Hansen']);

	await steps.last().focus();
	await page.keyboard.press('ArrowRight');
	await expect(page.getByRole('button', { name: 'Move: Step 2: Ola Hansen' })).toBeFocused();
	await page.keyboard.press('Enter');
	await expect(page.getByLabel(/^Insert/).first()).toBeVisible();
	// The places to put it are gone through one by one.
	await expect(async () => {
		await page.keyboard.press('ArrowUp');
		await expect(page.getByLabel('Insert before Step 1: Kari Nordmann')).toBeFocused({ timeout: 500 });
	}).toPass();
	await page.keyboard.press('Enter');
	await expect(steps).toHaveText(['Step 1: Ola Hansen', 'Step 2: Kari Nordmann']);
	await expect(steps.first()).toBeFocused();

	const annex = page.getByRole('checkbox', { name: 'annex.pdf in Step 2: Kari Nordmann' });
	// The list takes the focus back a moment after the drop, and a key with it.
	await expect(async () => {
		await annex.press(' ');
		await expect(annex).not.toBeChecked({ timeout: 500 });
	}).toPass();
	await page.getByRole('button', { name: 'Keep as a draft' }).click();
	// It is kept once its sheet is gone.
	await expect(annex).toBeHidden();
	await page.reload();
	await page.getByRole('button', { name: 'Inbox' }).click();
	await openBox(page, 'Drafts');
	await page.getByRole('button', { name: 'lease' }).click();
	await expect(page.getByRole('grid', { name: 'Order' }).getByRole('row')).toHaveText([
		'Step 1: Ola Hansen',
		'Step 2: Kari Nordmann',
	]);
	await expect(annex).not.toBeChecked();
});
