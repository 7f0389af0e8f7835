/** A document's trip through a room without a network, by the commands that everybody has. */
import { mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { DemoSite } from '../kit/demoSite.ts';
import { runParaph } from './signing.ts';

/**
 * Packs a document, signs it inside at B-B, and takes it back.
 *
 * @param folder for everything the trip leaves behind.
 * @returns the document at B-LTA, or what went wrong.
 */
export async function signInRoom(
	site: DemoSite,
	document: string,
	folder: string,
	label: string,
): Promise<{ readonly file: string } | { readonly failure: string }> {
	const path = (name: string): string => join(folder, name);
	const [outside, inside] = ['outside', 'inside'].map((side) => {
		mkdirSync(path(side), { recursive: true });
		return { HOME: path(side), XDG_DATA_HOME: path(`${side}/data`), XDG_STATE_HOME: path(`${side}/state`) };
	});
	const key = ['--token', site.token.uri(label), '--pin-file', site.pinFile];
	const steps: readonly (readonly [side: typeof inside, args: readonly string[]])[] = [
		[inside, ['room', 'init', path('room')]],
		[outside, ['room', 'pack', document, '--room', path('room/room.pem'), '--out', path('in'), '--level', 'b-lta']],
		[inside, ['room', 'open', path('in'), '--out-dir', path('desk')]],
		[inside, ['sign', path(`desk/${basename(document)}`), '--offline', '--level', 'b-b', ...key]],
		[inside, ['room', 'seal', path('desk'), '--out', path('out')]],
		[outside, ['room', 'return', path('out'), '--out-dir', path('back')]],
	];
	for (const [side, args] of steps) {
		const failure = await runParaph(site, args, side);
		if (failure !== undefined) return { failure };
	}
	return { file: path(`back/${basename(document)}`) };
}
