import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { TokenError } from '../core/ports/tokenError.ts';
import { cardServiceRuns, diagnose } from './diagnosis.ts';
import type { ModuleListing, SlotListing } from './tokenList.ts';

const reader = { id: 0, description: 'Reader', manufacturer: '', removable: true, token: undefined, fault: undefined };
const error = (code: TokenError['code']): TokenError => new TokenError(code, '', { hint: '' });
const module = (...slots: readonly SlotListing[]): ModuleListing => ({
	path: 'a.so',
	info: undefined,
	slots,
	error: undefined,
});
const broken = (code: TokenError['code']): ModuleListing => ({ ...module(), error: error(code) });
const failed = (code: TokenError['code']): SlotListing => ({ state: 'failed', slot: reader, error: error(code) });

describe('diagnose', () => {
	it.each<[string, readonly ModuleListing[], boolean | undefined, readonly string[]]>([
		['no driver', [], true, ['no-driver']],
		['the service does not run', [module()], false, ['no-card-service']],
		['no reader', [module()], true, ['no-reader']],
		['no reader, where the service is part of the system', [module()], undefined, ['no-reader']],
		['an empty reader', [module({ state: 'empty', slot: reader })], true, ['no-card']],
		['a card that no driver knows', [module(failed('token-failed'))], true, ['unknown-card']],
		['a card that another program has', [module(failed('token-busy'))], true, ['card-in-use']],
		['a driver that waits for a card that another program has', [broken('module-timeout')], true, ['card-in-use']],
		['a driver that tells by itself what is wrong', [broken('module-architecture')], true, []],
	])('%s', (_, modules, service, codes) => {
		expect(diagnose(modules, service).map(({ code }) => code)).toEqual(codes);
	});
});

describe.runIf(process.platform === 'linux')('the service for card readers', () => {
	const folder = mkdtempSync(join(tmpdir(), 'paraph-pcsc-'));
	afterAll(() => rmSync(folder, { recursive: true }));
	const runs = (name: string) => cardServiceRuns({ PCSCLITE_CSOCK_NAME: join(folder, name) });

	it('runs where its socket answers', async () => {
		const server = createServer().listen(join(folder, 'live'));
		await expect(runs('live')).resolves.toBe(true);
		server.close();
	});

	it('does not run where there is no socket, or one that nobody listens at', async () => {
		writeFileSync(join(folder, 'left'), '');
		await expect(runs('none')).resolves.toBe(false);
		await expect(runs('left')).resolves.toBe(false);
	});
});
