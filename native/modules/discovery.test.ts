import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DemoPki, startDemoPki } from '../../test/kit/demoPki.ts';
import { type SoftToken, softToken } from '../../test/kit/softToken.ts';
import { openTokenSigner } from '../openTokenSigner.ts';
import { discoverModules, distinctLibraries, modulesFor } from './discovery.ts';

const folder = mkdtempSync(join(tmpdir(), 'paraph-discovery-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe.runIf(process.platform === 'linux')('discoverModules', () => {
	const modules = join(folder, 'pkcs11/modules');
	const libc = '/usr/lib/x86_64-linux-gnu/libc.so.6';
	beforeAll(() => mkdirSync(modules, { recursive: true }));
	const found = (name: string, text: string): readonly string[] => {
		writeFileSync(join(modules, name), text);
		try {
			return discoverModules({ XDG_CONFIG_HOME: folder });
		} finally {
			rmSync(join(modules, name));
		}
	};

	it('takes what p11-kit is configured with, and nothing that is not there', () => {
		expect(found('own.module', `# a driver\n module :  ${libc}  \n`)).toContain(libc);
		expect(found('gone.module', 'module: /nowhere/gone.so\n')).not.toContain('/nowhere/gone.so');
		expect(found('own.disabled', `module: ${libc}\n`)).not.toContain(libc);
	});

	it.each([
		['enable-in: seahorse, paraph', true],
		['enable-in: seahorse paraph-gtk', false],
		['enable-in:', false],
		['disable-in: paraph', false],
		['disable-in: ssh,\tparaph', false],
		['disable-in: ssh', true],
		['enable-in: paraph\ndisable-in: paraph', true],
	])('takes a module that says "%s": %s', (line, isTaken) => {
		expect(found('own.module', `module: ${libc}\n${line}\n`).includes(libc)).toBe(isTaken);
		const proxy = '/usr/lib/x86_64-linux-gnu/p11-kit-proxy.so';
		const far = found('far.module', `remote: |ssh far p11-kit remote /usr/lib/hsm.so\n${line}\n`);
		expect(far.includes(proxy)).toBe(isTaken && existsSync(proxy));
	});

	it.runIf(existsSync('/usr/share/p11-kit/modules/opensc-pkcs11.module'))(
		"lets the user's file keep a driver out that the machine's names, and that is known anyway",
		() => {
			const cards = (paths: readonly string[]) => paths.filter((path) => path.includes('opensc'));
			expect(cards(discoverModules({ XDG_CONFIG_HOME: folder }))).not.toEqual([]);
			expect(cards(found('opensc-pkcs11.module', 'disable-in: paraph\n'))).toEqual([]);
		},
	);

	it('reaches modules on other machines through p11-kit', () => {
		const proxy = '/usr/lib/x86_64-linux-gnu/p11-kit-proxy.so';
		expect(discoverModules({ XDG_CONFIG_HOME: folder })).not.toContain(proxy);
		const modules = found('far.module', 'remote: |ssh far p11-kit remote /usr/lib/hsm.so\n');
		expect(modules.includes(proxy)).toBe(existsSync(proxy));
	});

	it('shows SoftHSM only to those who use it', () => {
		const soft = (environment: NodeJS.ProcessEnv) =>
			discoverModules({ ...environment, XDG_CONFIG_HOME: folder }).filter((path) => path.includes('softhsm'));
		expect(soft({})).toEqual([]);
		expect(soft({ SOFTHSM2_CONF: '/nowhere' })).toHaveLength(1);
	});
});

it('takes one of each library, however many names lead to it', () => {
	writeFileSync(join(folder, 'a.so'), '');
	symlinkSync('a.so', join(folder, 'b.so'));
	const paths = ['a.so', 'b.so', 'missing.so'].map((name) => join(folder, name));
	expect(distinctLibraries(paths)).toEqual([paths[0], paths[2]]);
});

it('lets a URI name no driver that the machine does not allow', () => {
	const allowed = ['/usr/lib/allowed.so'];
	expect(modulesFor({ modulePath: '/usr/lib/allowed.so' }, allowed, true)).toEqual(allowed);
	expect(() => modulesFor({ modulePath: '/usr/lib/other.so' }, allowed, true)).toThrow(
		expect.objectContaining({ code: 'module-missing' }),
	);
});

describe('a token that two drivers show', () => {
	let pki: DemoPki;
	let token: SoftToken;
	beforeAll(async () => {
		pki = await startDemoPki();
		token = await softToken({ label: 'shown twice', entries: [{ label: 'k1', issued: pki.issue({ key: 'p256' }) }] });
	});
	afterAll(async () => {
		token.remove();
		await pki.close();
	});

	it('is one token', async () => {
		const copy = join(folder, 'copy.so');
		copyFileSync(token.modulePath, copy);
		const environment = { ...process.env, ...token.environment };
		const uri = 'pkcs11:token=shown%20twice;object=k1;type=private';
		const signer = await openTokenSigner({ uri, modules: [token.modulePath, copy], environment });
		await signer.close();
		expect(signer.token).toBe('shown twice');
	});
});
