/** One file of a corpus: signed, then judged by its own verifier and by others. */
import { readFileSync } from 'node:fs';
import { drawnPages, intactSignatures, isWorse, type Structure, structureOf } from './judges.ts';
import { sign, type Verdict, verify } from './paraph.ts';
import type { Scene } from './scene.ts';

export interface Outcome {
	readonly file: string;
	/** Whether qpdf opens it without a password: then it is to be signed. */
	readonly opens: boolean;
	/** `good`: signed and found valid by all; `refused`: with a reason; `bad`: anything else. */
	readonly kind: 'good' | 'refused' | 'bad';
	readonly reason: string;
}

/** @param out a path where nothing is yet. */
export async function signAndCheck(scene: Scene, file: string, out: string): Promise<Outcome> {
	const structure = await structureOf(file);
	const opens = structure !== 'errors';
	const result = await sign(scene, file, out);
	if (result.kind === 'refused') return { file, opens, kind: 'refused', reason: result.code };
	const problem = result.kind === 'broken' ? result.what : await problemWith(scene, file, structure, out);
	if (problem !== undefined) return { file, opens, kind: 'bad', reason: problem };
	return { file, opens, kind: 'good', reason: 'signed and valid' };
}

async function problemWith(scene: Scene, file: string, before: Structure, out: string): Promise<string | undefined> {
	const input = readFileSync(file);
	if (!readFileSync(out).subarray(0, input.length).equals(input)) return 'the input is no prefix of the output';
	if (isWorse(await structureOf(out), before)) return 'qpdf finds more wrong than before';
	const looks = await drawnPages(file);
	if (looks !== undefined && (await drawnPages(out)) !== looks) return 'mutool draws the pages otherwise than before';
	const [intactBefore, intactAfter] = [await intactSignatures(file), await intactSignatures(out)];
	if (intactBefore !== undefined && intactAfter !== intactBefore + 1) {
		return `pdfsig: ${intactAfter ?? 'cannot read; no'} signatures intact of ${intactBefore} and the new one`;
	}
	return compareVerdicts(await verify(scene, file), await verify(scene, out));
}

/** The new signature is valid, and each earlier one is what it was. */
function compareVerdicts(before: readonly Verdict[] | string, after: readonly Verdict[] | string): string | undefined {
	if (typeof after === 'string') return after;
	const earlier = typeof before === 'string' ? [] : before;
	const known = new Map(earlier.map(({ field, indication }) => [field, indication]));
	const added = after.filter(({ field }) => !known.has(field));
	if (added.length !== 1) return `verify sees ${added.length} new signatures`;
	if (added[0]?.indication !== 'TOTAL-PASSED') return `verify: the new signature is ${added[0]?.indication}`;
	for (const { field, indication } of after) {
		const was = known.get(field);
		// Of several reasons why it fails, which one is named may change.
		const failsStill = was?.startsWith('TOTAL-FAILED') && indication.startsWith('TOTAL-FAILED');
		if (was !== undefined && was !== indication && !failsStill)
			return `verify: an earlier signature went from ${was} to ${indication}`;
	}
	return after.length === earlier.length + 1 ? undefined : 'verify: an earlier signature is gone';
}
