import type { Signer } from '../ports/signer.ts';
import type { Gate } from './gate.ts';
import { SignerWith } from './signerWith.ts';

/**
 * A signer that hands on no more calls than its key can work on ({@link Signer.parallel}). What waits for its turn can
 * still be held up, or given up; what has gone to the key cannot, and with a card that is some seconds of signing.
 */
export function inTurns(signer: Signer, gate: Gate | undefined): Signer {
	const { parallel } = signer;
	if (parallel === undefined) return signer;
	let free = parallel;
	const waiting: (() => void)[] = [];
	const sign: Signer['sign'] = async (message, algorithm, signal) => {
		if (free === 0) await new Promise<void>((resolve) => waiting.push(resolve));
		else free--;
		try {
			if (gate?.isClosed && signal) await gate.passed(signal);
			signal?.throwIfAborted();
			return await signer.sign(message, algorithm, signal);
		} finally {
			const next = waiting.shift();
			if (next) next();
			else free++;
		}
	};
	return new SignerWith(signer, sign);
}
