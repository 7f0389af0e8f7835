/** What `paraph sign` makes, judged by programs that know nothing of Paraph: pdfsig, qpdf and openssl. */
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ContentInfo, SignedData } from 'pkijs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DemoPki, pem, startDemoPki } from './kit/demoPki.ts';
import { sampleContract } from './kit/sampleContract.ts';
import { type SoftToken, softToken } from './kit/softToken.ts';

const algorithms = [
	{ name: 'RSA', key: 'rsa-2048', options: [] },
	{ name: 'RSA-PSS', key: 'rsa-2048', options: ['--pss'] },
	{ name: 'RSA-PSS, wanted by the certificate', key: 'rsa-pss', options: [] },
	{ name: 'ECDSA P-256', key: 'p256', options: [] },
	{ name: 'ECDSA P-384', key: 'p384', options: ['--digest', 'sha384'] },
] as const;
const levels = ['b-b', 'b-t', 'b-lt', 'b-lta'] as const;
const cases = algorithms.flatMap((algorithm) => levels.map((level) => ({ ...algorithm, level })));

const paraphCommand = fileURLToPath(new URL('../bin/paraph', import.meta.url));
const directory = mkdtempSync(join(tmpdir(), 'paraph-signing-'));
const file = (name: string): string => join(directory, name);
let pki: DemoPki;
let token: SoftToken;

beforeAll(async () => {
	pki = await startDemoPki();
	const expired = pki.issueExpired({ key: 'p256' });
	const revoked = pki.issue({ key: 'p256' });
	pki.revoke(revoked);
	token = await softToken({
		entries: [
			...(['rsa-2048', 'rsa-pss', 'p256', 'p384'] as const).map((key) => ({ label: key, issued: pki.issue({ key }) })),
			{ label: 'refuses pkcs1', issued: pki.issue({ key: 'rsa-2048' }), allowedMechanisms: [0x0d, 0x43] },
			{ label: 'expired', issued: expired },
			{ label: 'revoked', issued: revoked },
		],
	});
	writeFileSync(file('root.pem'), pki.anchorPem);
	writeFileSync(file('chain.pem'), pem(pki.issuing.certificate));
	writeFileSync(file('store.pem'), `${pki.anchorPem}${pem(pki.issuing.certificate)}`);
	// Evidence for B-B and B-T is fetched from addresses in the signer's certificate: here they are on loopback.
	writeFileSync(file('config.json'), JSON.stringify({ network: { allowLocal: true } }));
	writeFileSync(file('contract.pdf'), await sampleContract());
});
afterAll(async () => {
	token.remove();
	await pki.close();
	rmSync(directory, { recursive: true });
});

describe.each(cases)('$name, $level', ({ key, options, level }) => {
	const name = `${key}${options.join('')}-${level}.pdf`;
	const output = file(name);

	it('is signed at its level, and the input is a prefix of the output', async () => {
		const { code, lines } = await sign(file('contract.pdf'), output, key, '--level', level, ...options);
		expect(lines).toEqual([expect.objectContaining({ ok: true, outcome: 'signed', level, pending: [] })]);
		expect(code).toBe(0);
		const input = readFileSync(file('contract.pdf'));
		expect(readFileSync(output).subarray(0, input.length).equals(input)).toBe(true);
	});

	// NSS, on which pdfsig rests, has no keys that are for RSASSA-PSS alone.
	if (key !== 'rsa-pss')
		it('is valid to pdfsig', async () => {
			const { text } = await run('pdfsig', '-nocert', output);
			expect(text.match(/Signature is Valid/g)).toHaveLength(1);
			if (level === 'b-b' || level === 'b-t') expect(text).toContain('Total document signed');
		});

	it('is no worse to qpdf than the input', async () => {
		const complaints = async (path: string) =>
			(await run('qpdf', '--check', path)).text.split('\n').filter((line) => /warning|error/i.test(line));
		expect(await complaints(output)).toEqual(await complaints(file('contract.pdf')));
	});

	it('carries CMS that openssl verifies, signing certificate included', async () => {
		const [signature] = signaturesIn(output);
		writeFileSync(file('cms.der'), signature?.contents ?? '');
		writeFileSync(file('content'), signature?.signed ?? '');
		const { text } = await run(
			...(['openssl', 'cms', '-verify', '-cades', '-binary', '-inform', 'DER', '-in', file('cms.der')] as const),
			...['-content', file('content'), '-CAfile', file('store.pem')],
			...['-purpose', 'any', '-out', '/dev/null'],
		);
		expect(text).toContain('CAdES Verification successful');
	});

	if (level !== 'b-b')
		it('carries timestamps that openssl verifies', async () => {
			const [signature, archive] = signaturesIn(output);
			const stamped = signature && signatureTimestamp(signature.contents);
			expect(await verifyTimestamp(stamped?.token, stamped?.value)).toContain('Verification: OK');
			if (level !== 'b-lta') return;
			expect(await verifyTimestamp(archive?.contents, archive?.signed)).toContain('Verification: OK');
		});

	it('passes our own validation at its level', async () => {
		const { lines } = await paraph('verify', output, '--json', '--trust', file('root.pem'));
		expect(lines).toEqual([
			expect.objectContaining({
				indication: 'TOTAL-PASSED',
				signatures: expect.arrayContaining([expect.objectContaining({ kind: 'signature', level })]),
			}),
		]);
	});
});

it('keeps the first signature valid when a second and a third are added', async () => {
	await sign(file('contract.pdf'), file('one.pdf'), 'rsa-2048', '--level', 'b-lta');
	await sign(file('one.pdf'), file('two.pdf'), 'p256', '--level', 'b-lta');
	await sign(file('two.pdf'), file('three.pdf'), 'p384', '--level', 'b-b');
	const { text } = await run('pdfsig', '-nocert', file('three.pdf'));
	expect(text.match(/Signature is Valid/g)).toHaveLength(3);
	const { lines } = await paraph('verify', file('three.pdf'), '--json', '--trust', file('root.pem'));
	expect(lines).toEqual([expect.objectContaining({ indication: 'TOTAL-PASSED' })]);
});

it('signs with RSA-PSS where the key refuses what its token lists', async () => {
	const output = file('refuses.pdf');
	const { code } = await sign(file('contract.pdf'), output, 'refuses pkcs1', '--level', 'b-b');
	expect(code).toBe(0);
	const { lines } = await paraph('verify', output, '--json', '--trust', file('root.pem'));
	expect(lines).toEqual([expect.objectContaining({ indication: 'TOTAL-PASSED' })]);
});

it.each([
	['expired', 'key-cannot-sign'],
	['revoked', 'certificate-revoked'],
])('refuses a certificate that is %s before the key is used, and writes nothing', async (label, code) => {
	const output = file(`${label}.pdf`);
	const { lines } = await sign(file('contract.pdf'), output, label, '--level', 'b-lta');
	expect(lines).toEqual([expect.objectContaining({ error: expect.objectContaining({ code }) })]);
	expect(existsSync(output)).toBe(false);
});

function sign(input: string, output: string, label: string, ...options: string[]) {
	const needsServer = options.includes('b-b') ? [] : ['--tsa', pki.tsa.url];
	return paraph(
		...['sign', input, '--out', output, '--json', '--trust', file('root.pem')],
		...['--token', token.uri(label), '--pin-env', 'TEST_PIN', ...needsServer, ...options],
	);
}

async function paraph(...args: string[]): Promise<{ code: number; lines: readonly unknown[] }> {
	const { code, stdout } = await run(paraphCommand, ...args);
	return {
		code,
		lines: stdout
			.split('\n')
			.filter(Boolean)
			.map((line) => JSON.parse(line)),
	};
}

/** `text` is both streams together: these programs differ in which they use. */
function run(command: string, ...args: string[]): Promise<{ code: number; stdout: string; text: string }> {
	const env = { ...process.env, ...token.environment, TEST_PIN: token.pin, PARAPH_CONFIG: file('config.json') };
	return new Promise((resolve) => {
		const child = execFile(command, args, { env, maxBuffer: 1 << 26 }, (_error, stdout, stderr) =>
			resolve({ code: child.exitCode ?? -1, stdout, text: `${stdout}\n${stderr}` }),
		);
	});
}

interface Found {
	/** The CMS, without the padding of its gap. */
	readonly contents: Buffer;
	/** The bytes of both ranges. */
	readonly signed: Buffer;
}

/** Read with a pattern, not with our own reader, in the order of the file. */
function signaturesIn(path: string): readonly Found[] {
	const bytes = readFileSync(path);
	const pattern = /\/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]/g;
	return [...bytes.toString('latin1').matchAll(pattern)].map((match) => {
		const [start = 0, length = 0, second = 0, secondLength = 0] = match.slice(1).map(Number);
		const gap = bytes.subarray(start + length + 1, second - 1).toString('latin1');
		const padded = Buffer.from(gap, 'hex');
		const signed = Buffer.concat([
			bytes.subarray(start, start + length),
			bytes.subarray(second, second + secondLength),
		]);
		return { contents: padded.subarray(0, lengthOfDer(padded)), signed };
	});
}

function lengthOfDer(bytes: Buffer): number {
	const count = (bytes[1] ?? 0) & 0x7f;
	return (bytes[1] ?? 0) < 0x80 ? 2 + count : 2 + count + bytes.readUIntBE(2, count);
}

/** By pkijs: the first unsigned attribute signature-time-stamp, and the value it stamps. */
function signatureTimestamp(cms: Buffer): { token: Buffer; value: Buffer } | undefined {
	const signedData = new SignedData({ schema: ContentInfo.fromBER(cms).content });
	const [signer] = signedData.signerInfos;
	const attribute = signer?.unsignedAttrs?.attributes.find(({ type }) => type === '1.2.840.113549.1.9.16.2.14');
	const token: unknown = attribute?.values[0];
	if (signer === undefined || !isEncodable(token)) return undefined;
	return { token: Buffer.from(token.toBER()), value: Buffer.from(signer.signature.valueBlock.valueHexView) };
}

const isEncodable = (value: unknown): value is { toBER(): ArrayBuffer } =>
	typeof value === 'object' && value !== null && 'toBER' in value;

async function verifyTimestamp(stamp: Buffer | undefined, stamped: Buffer | undefined): Promise<string> {
	writeFileSync(file('stamp.der'), stamp ?? '');
	writeFileSync(file('stamped'), stamped ?? '');
	const { text } = await run(
		...(['openssl', 'ts', '-verify', '-token_in', '-in', file('stamp.der'), '-data', file('stamped')] as const),
		...['-CAfile', file('root.pem'), '-untrusted', file('chain.pem')],
	);
	return text;
}
