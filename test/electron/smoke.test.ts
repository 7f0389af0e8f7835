import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { _electron, type ElectronApplication, type Page } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Bridge } from '../../preload/contract.ts';
import { type DemoSite, startDemoSite } from '../kit/demoSite.ts';
import { keyFile } from '../kit/keyFile.ts';
import { sampleContract } from '../kit/sampleContract.ts';
import { appFolder, electronRuntime } from './runtime.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const runtime = electronRuntime();
const missing = [
	...(runtime === undefined ? ['Electron (node test/electron/runtime.ts)'] : []),
	...(existsSync('/usr/bin/Xvfb') ? [] : ['Xvfb']),
];
if (missing.length > 0) console.warn(`SKIPPED: the Electron host was not tried, for want of ${missing.join(' and ')}`);

declare global {
	// The page's; these functions run there.
	var paraph: Bridge;
}

describe.skipIf(missing.length > 0)('the Electron host', () => {
	const folder = mkdtempSync(join(tmpdir(), 'paraph-electron-'));
	const display = `:${100 + (process.pid % 400)}`;
	const screen = spawn('Xvfb', [display, '-screen', '0', '1280x900x24'], { stdio: 'ignore' });
	let site: DemoSite;
	let app: ElectronApplication;
	let page: Page;

	beforeAll(async () => {
		buildApp();
		site = await startDemoSite({ directory: join(folder, 'site') });
		writeFileSync(join(folder, 'contract.pdf'), await sampleContract());
		// The HTTP library wants a newer Node than this Electron's.
		const demo: object = JSON.parse(readFileSync(site.config, 'utf8'));
		const config = join(folder, 'config.json');
		writeFileSync(config, JSON.stringify({ ...demo, network: { offline: true } }));
		app = await _electron.launch({
			executablePath: runtime ?? '',
			args: ['--no-sandbox', '--disable-gpu', join(folder, 'contract.pdf')],
			env: {
				...Object.fromEntries(Object.entries(process.env).flatMap(([name, value]) => (value ? [[name, value]] : []))),
				...site.token.environment,
				DISPLAY: display,
				HOME: folder,
				XDG_CONFIG_HOME: join(folder, 'config'),
				PARAPH_CONFIG: config,
			},
		});
		page = await app.firstWindow();
		await page.waitForFunction(() => 'paraph' in globalThis);
	}, 120_000);

	afterAll(async () => {
		await app?.close();
		await site?.close();
		screen.kill();
		await once(screen, 'exit');
		rmSync(folder, { recursive: true, force: true });
	});

	it('shows the window from app://window, sandboxed, without a way to Node', async () => {
		expect(page.url()).toBe('app://window/');
		expect(
			await page.evaluate(() => [typeof Reflect.get(globalThis, 'require'), typeof Reflect.get(globalThis, 'process')]),
		).toEqual(['undefined', 'undefined']);
		const preferences = await app.evaluate(({ BrowserWindow }) => {
			const contents = BrowserWindow.getAllWindows()[0]?.webContents;
			return contents && Reflect.get(contents, 'getLastWebPreferences').call(contents);
		});
		expect(preferences).toMatchObject({
			sandbox: true,
			contextIsolation: true,
			nodeIntegration: false,
			nodeIntegrationInSubFrames: false,
			webSecurity: true,
			webviewTag: false,
		});
	});

	it('answers by the contract, and refuses what is not in it', async () => {
		const [info, opened, refused] = await page.evaluate(() =>
			Promise.all([
				paraph.app.info(),
				paraph.documents.opened(),
				paraph.documents.read({ handle: '/etc/passwd' as never, offset: 0, length: 1 }),
			]),
		);
		expect(info).toMatchObject({ ok: true, value: { host: 'electron', chooser: 'dialog' } });
		expect(opened).toMatchObject({ ok: true, value: [{ name: 'contract.pdf', pages: 2 }] });
		expect(refused).toMatchObject({ ok: false, error: { code: 'document-unknown' } });
	});

	it('brings bytes over the bridge as bytes', async () => {
		const head = await page.evaluate(async () => {
			const opened = await paraph.documents.opened();
			const handle = opened.ok ? opened.value[0]?.handle : undefined;
			const reply = handle && (await paraph.documents.read({ handle, offset: 0, length: 5 }));
			return reply?.ok ? [reply.value instanceof Uint8Array, String.fromCharCode(...reply.value)] : reply;
		});
		expect(head).toEqual([true, '%PDF-']);
	});

	it('signs with a token in a utility process', async () => {
		const signed = await page.evaluate(async (pin) => {
			const [identities, opened] = await Promise.all([paraph.signing.identities(), paraph.documents.opened()]);
			if (!identities.ok || !opened.ok) return identities;
			const [identity] = identities.value;
			const [document] = opened.value;
			if (!identity || !document) return opened;
			return paraph.signing.sign({
				job: crypto.randomUUID() as never,
				handle: document.handle,
				identity: identity.id,
				pin,
				level: 'b-b',
				mark: null,
			});
		}, site.token.pin);
		expect(signed).toMatchObject({ ok: true, value: { outcome: 'signed', document: { name: 'contract-signed.pdf' } } });
		expect(
			execFileSync(join(root, 'bin/paraph'), ['fields', join(folder, 'contract-signed.pdf')]).toString(),
		).toContain('Signature1');
	});

	it.each(['brainpool-p256', 'brainpool-p512', 'ed448', 'rsa-pss'] as const)(
		'signs with a key file that holds a key of the kind %s, which its own cryptography does not know',
		async (kind) => {
			const issued = site.pki.issue({ key: kind, commonName: `Kari ${kind}` });
			const file = { name: `${kind}.p12`, content: keyFile(issued, 'secret').toString('base64'), password: 'secret' };
			const signed = await page.evaluate(async (added) => {
				const [key, opened] = [await paraph.keys.addFile(added), await paraph.documents.opened()];
				if (!key.ok || !opened.ok) return key;
				const [identity] = key.value.identities;
				const [document] = opened.value;
				if (!identity || !document) return opened;
				return paraph.signing.sign({
					job: crypto.randomUUID() as never,
					handle: document.handle,
					identity: identity.id,
					pin: added.password,
					level: 'b-b',
					mark: null,
				});
			}, file);
			expect(signed).toMatchObject({ ok: true, value: { outcome: 'signed' } });
		},
	);

	it('has a menu that follows the language of the window', async () => {
		const labels = () => app.evaluate(({ Menu }) => Menu.getApplicationMenu()?.items.map(({ label }) => label));
		await page.evaluate(() => paraph.settings.set({ language: 'nb' }));
		expect(await labels()).toEqual(['Fil', 'Rediger', 'Vis', 'Gå', 'Vindu']);
		await page.evaluate(() => paraph.settings.set({ language: 'en' }));
		expect(await labels()).toEqual(['File', 'Edit', 'View', 'Go', 'Window']);
	});

	it('opens no other page, no window, and gives the frame no bridge', async () => {
		const before = page.url();
		await page.evaluate(() => {
			Reflect.get(globalThis, 'open')('https://example.com');
			Reflect.get(globalThis, 'location').href = 'https://example.com';
		});
		await page.waitForTimeout(300);
		expect(page.url()).toBe(before);
		expect(app.windows()).toHaveLength(1);
		const frame = page.frames().find((one) => one.url().startsWith('app://frame/'));
		expect(await frame?.evaluate(() => 'paraph' in globalThis)).toBe(false);
	});

	function buildApp(): void {
		const vite = (config: string) =>
			execFileSync(
				process.execPath,
				[join(root, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'error', '-c', config],
				{
					cwd: root,
				},
			);
		const parts = ['window', 'frame', 'preload'];
		for (const part of parts) {
			// The preload is built in a moment, and nothing else sees to it that it is as new as the window.
			if (part === 'preload' || !existsSync(join(root, 'dist', part))) vite(`build/vite.${part}.config.ts`);
		}
		vite('test/electron/vite.config.ts');
		const smoke = join(root, 'dist/smoke');
		for (const part of parts) cpSync(join(root, 'dist', part), join(smoke, part), { recursive: true });
		writeFileSync(join(smoke, 'package.json'), JSON.stringify({ name: 'paraph', main: 'main/electron.js' }));
		rmSync(appFolder, { force: true, recursive: true });
		symlinkSync(smoke, appFolder);
	}
});
