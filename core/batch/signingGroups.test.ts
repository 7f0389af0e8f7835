import { describe, expect, it } from 'vitest';
import type { SigningAlgorithm } from '../ports/algorithms.ts';
import type { Signer } from '../ports/signer.ts';
import { TokenError } from '../ports/tokenError.ts';
import { SigningGroups } from './signingGroups.ts';

const sha256: SigningAlgorithm = { kind: 'ecdsa', digest: 'sha256' };
const sha512: SigningAlgorithm = { kind: 'ecdsa', digest: 'sha512' };
const failed = new TokenError('signature-invalid', 'wrong', { hint: '' });

/** Gives each message back as its value; messages of 0 have none. */
function signerOf(size: number) {
	const groups: number[][] = [];
	const signer: Signer = {
		certificate: new Uint8Array(),
		chain: [],
		authentication: 'once',
		groups: {
			size,
			sign: async (messages) => {
				groups.push(messages.map(([n = -1]) => n));
				return messages.map((message) => (message[0] === 0 ? failed : message));
			},
		},
		sign: async (message) => message,
		close: async () => {},
	};
	return { signer, groups };
}

describe('signing in groups', () => {
	it('waits until a group is whole, and not for files that cannot come any more', async () => {
		const { signer, groups } = signerOf(3);
		const gathered = new SigningGroups(signer, 5);
		const turns = Array.from({ length: 5 }, () => gathered.turn());
		const values = turns
			.slice(0, 4)
			.map((turn, index) => turn.signer.sign(Uint8Array.of(index + 1), sha256).finally(turn.end));
		expect((await Promise.all(values.slice(0, 3))).map(([n]) => n)).toEqual([1, 2, 3]);
		expect(groups).toEqual([[1, 2, 3]]);
		turns[4]?.end();
		expect(await values[3]).toEqual(Uint8Array.of(4));
		expect(groups).toEqual([[1, 2, 3], [4]]);
	});

	it('keeps algorithms apart', async () => {
		const { signer, groups } = signerOf(4);
		const gathered = new SigningGroups(signer, 4);
		const algorithms = [sha256, sha512, sha256, sha512];
		await Promise.all(algorithms.map((algorithm, n) => gathered.turn().signer.sign(Uint8Array.of(n + 1), algorithm)));
		expect(groups).toEqual([
			[1, 3],
			[2, 4],
		]);
	});

	it('fails the file whose value is missing, and no other', async () => {
		const gathered = new SigningGroups(signerOf(2).signer, 2);
		const signed = [0, 1].map((n) => gathered.turn().signer.sign(Uint8Array.of(n), sha256));
		expect(await Promise.allSettled(signed)).toMatchObject([{ reason: failed }, { value: Uint8Array.of(1) }]);
	});

	it('leaves a signer without groups alone', () => {
		const signer = { ...signerOf(2).signer, groups: undefined };
		expect(new SigningGroups(signer, 9).turn().signer).toBe(signer);
	});
});
