import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { unwrittenOutcome, writtenOutcome } from '../pades/fileOutcome.ts';
import type { SignerDescription } from '../pades/signingRun.ts';
import { batchReport, type ReportedFile } from './batchReport.ts';

const kari: SignerDescription = { subject: 'CN=Kari Nordmann', issuer: 'CN=Demo CA', serial: '0a1b' };
const ola: SignerDescription = { subject: 'CN=Ola Nordmann', issuer: 'CN=Demo CA', serial: '0c2d' };
const times = { begun: new Date('2026-11-27T02:00:00Z'), ended: new Date('2026-11-27T02:05:00Z') };

const signed = (file: string, signer: SignerDescription): ReportedFile => ({
	outcome: writtenOutcome(
		{
			...{ file, out: `${file}-signed.pdf`, requested: 'b-b', level: 'b-b', field: 'Signature1', signer },
			...{ ms: undefined, warnings: [], error: undefined },
		},
		false,
	),
	digests: { input: 'ab'.repeat(32), output: undefined },
});

async function textOf(files: readonly ReportedFile[]): Promise<string> {
	const input = await batchReport({ ...times, files });
	return execFileSync('pdftotext', ['-layout', '-', '-'], { input, encoding: 'utf8' });
}

it('names the digests that were written down, whatever became of the files since', async () => {
	const text = await textOf([signed('/gone/contract.pdf', kari)]);
	expect(text).toContain(Array.from({ length: 4 }, () => 'ab'.repeat(8)).join(' '));
	expect(text).toMatch(/SHA-256, output\s+not known/);
});

it('says of each file who signed it where there was more than one', async () => {
	const text = await textOf([signed('/in/a.pdf', kari), signed('/in/b.pdf', ola)]);
	for (const { subject, serial } of [kari, ola]) {
		expect(text).toMatch(new RegExp(`Certificate\\s+${subject}`));
		expect(text).toMatch(new RegExp(`Certificate\\s+${serial}`));
	}
	expect(await textOf([signed('/in/a.pdf', kari)])).not.toMatch(/Certificate\s+0a1b/);
});

it('keeps blanks out of a long path', async () => {
	const path = `/home/${'kari/contracts/'.repeat(3)}agreement.pdf`;
	const words = (await textOf([signed(path, kari)])).split(/\s+/);
	const first = words.findIndex((word) => word.startsWith('/home/'));
	expect(path.startsWith(words[first] ?? '?')).toBe(true);
	expect(words[first]?.length).toBeGreaterThan(48);
});

it('does not call it a fault that the turn of a file did not come', async () => {
	const text = await textOf([{ outcome: unwrittenOutcome('cancelled', { file: '/in/a.pdf', requested: 'b-b' }) }]);
	expect(text).toContain('1 × cancelled: Sign again to go on with the rest.');
});
