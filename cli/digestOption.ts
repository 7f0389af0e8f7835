import type { SigningDigest } from '../core/ports/algorithms.ts';
import { UsageError } from './errors.ts';

/** @throws {UsageError} */
export function readDigest(text: string | undefined): SigningDigest | undefined {
	if (text === undefined) return undefined;
	const digest = (['sha256', 'sha384', 'sha512'] as const).find((one) => one === text.toLowerCase().replace('-', ''));
	if (!digest) throw new UsageError(`--digest: '${text}' is none of sha256, sha384, sha512`);
	return digest;
}
