/** Bundles from media, and senders, that nobody can vouch for. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { at, sceneOfEachTest } from '../../test/kit/roomScene.ts';
import { encryptTo } from '../cms/authEnvelopedData.ts';
import { describeDocument } from './bundle.ts';
import { writeContainer } from './container.ts';
import { writePeer } from './identity.ts';

const scene = sceneOfEachTest();

describe('hostile names', () => {
	it.each([
		['../evil.pdf', 'name-unsafe'],
		['/tmp/evil.pdf', 'name-unsafe'],
		['..\\evil.pdf', 'name-unsafe'],
		['C:evil.pdf', 'name-unsafe'],
		['..', 'name-unsafe'],
		['.bashrc', 'name-unsafe'],
		['contract\u202efdp.exe', 'name-unsafe'],
		['con\u200btract.pdf', 'name-unsafe'],
		['contract.pdf\u0000.exe', 'name-unsafe'],
		['contract\n.pdf', 'name-unsafe'],
		['\u001b[2Jcontract.pdf', 'name-unsafe'],
		['nul.pdf', 'name-unsafe'],
		['contract.pdf ', 'name-unsafe'],
		[`${'x'.repeat(300)}.pdf`, 'name-unsafe'],
	])('refuses %j', async (name, code) => {
		writeHostile('bundle', [name]);
		await scene().expectRefused('bundle', code);
	});

	it.each([
		['contract.pdf', 'contract.pdf'],
		['contract.pdf', 'Contract.PDF'],
		['b\u00e9.pdf', 'be\u0301.pdf'],
	])('refuses %j beside %j', async (one, two) => {
		writeHostile('bundle', [one, two]);
		await scene().expectRefused('bundle', 'name-duplicate');
	});

	it.each([
		['contract.pdf', '../../logo.png', 'name-unsafe'],
		['enclosed', 'logo.png', 'name-duplicate'],
	])('refuses %j with %j enclosed', async (name, enclosed, code) => {
		writeHostile('bundle', [name], [enclosed]);
		await scene().expectRefused('bundle', code);
	});

	it('says the name without speaking it', async () => {
		writeHostile('bundle', ['contract\u202efdp.exe']);
		await expect(scene().open('bundle')).rejects.toThrow("'contract\\u{202e}fdp.exe'");
	});
});

describe('where a bundle is laid out', () => {
	it('leaves what is there alone', async () => {
		await scene().pack('bundle');
		writeFileSync(scene().path('contract.pdf'), 'mine');
		await expect(scene().open('bundle', '.')).rejects.toMatchObject({ code: 'output-exists' });
		expect(readFileSync(scene().path('contract.pdf'), 'utf8')).toBe('mine');
	});

	it('follows no link', async () => {
		await scene().pack('bundle');
		rmSync(scene().path('contract.pdf'));
		symlinkSync(scene().path('elsewhere'), scene().path('contract.pdf'));
		await expect(scene().open('bundle', '.')).rejects.toMatchObject({ code: 'output-exists' });
		expect(existsSync(scene().path('elsewhere'))).toBe(false);
	});
});

describe('what is packed', () => {
	it('is no link', async () => {
		rmSync(scene().path('contract.pdf'));
		writeFileSync(scene().path('secret'), 'secret');
		symlinkSync(scene().path('secret'), scene().path('contract.pdf'));
		await expect(scene().pack('bundle')).rejects.toMatchObject({ code: 'not-a-file' });
		expect(existsSync(scene().path('bundle'))).toBe(false);
	});
});

describe('what claims to be a bundle', () => {
	it('is no link', async () => {
		await scene().pack('bundle');
		symlinkSync(scene().path('bundle'), scene().path('link'));
		await scene().expectRefused('link', 'not-a-file');
		await scene().open('bundle');
	});

	it.each([
		['a pipe', () => spawnSync('mkfifo', [scene().path('bundle')])],
		['a folder', () => mkdirSync(scene().path('bundle'))],
		['a device', () => symlinkSync('/dev/zero', scene().path('bundle'))],
	])('is no %s', async (_, make) => {
		make();
		await scene().expectRefused('bundle', 'not-a-file');
	});

	it('does not say more of itself than anybody has to say', async () => {
		const facts = Buffer.alloc(17 * 1024 * 1024, ' ');
		const objects = new Map([['bundle.p7m', encryptTo(scene().roomPeer.receiving, facts)]]);
		writeFileSync(scene().path('bundle'), writeContainer(scene().desk.identity, objects, at(1)).bytes);
		await scene().expectRefused('bundle', 'bundle-too-large');
	});
});

/** A bundle that is right in everything but the names: as a desk would make it that somebody took over. */
function writeHostile(out: string, names: readonly string[], enclosed: readonly string[] = []): void {
	const bytes = Buffer.from('%PDF-1.7');
	const facts = {
		format: 'paraph-bundle-1',
		id: '1',
		direction: 'into-room',
		number: 1,
		previous: null,
		created: at(1),
		due: null,
		answers: null,
		level: null,
		signOptions: [],
		sender: writePeer(scene().desk.identity),
		documents: names.map((name) => ({ ...describeDocument(name, bytes), origin: null })),
		enclosures: enclosed.map((name) => ({ ...describeDocument(name, bytes), option: 'image' })),
		log: false,
	};
	const objects = new Map([['bundle.p7m', encryptTo(scene().roomPeer.receiving, Buffer.from(JSON.stringify(facts)))]]);
	for (const [index] of names.entries())
		objects.set(`blobs/00000${index}.p7m`, encryptTo(scene().roomPeer.receiving, bytes));
	writeFileSync(scene().path(out), writeContainer(scene().desk.identity, objects, at(1)).bytes);
}
