/**
 * `npm run corpus -- FOLDER`: signs every PDF below `robust/`, `pdfa/` and `signed/` of the folder (or of the folder itself,
 * where it has none of these), has the results judged by `paraph verify`, pdfsig, qpdf and, of their looks, mutool, and prints
 * how it went by reason.
 * `--files` names each file that was not signed. `npm run corpus -- --pkits FOLDER`: the path-validation suite of NIST;
 * `--verdicts FOLDER`: our verdicts beside those of EU DSS, with `--files` all of them, without it those that differ, and the
 * most time and memory that one of the signed files takes.
 *
 * Ends with 1 when anything broke, or fewer than 99 of 100 files that qpdf opens were signed and found valid.
 */
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { runPkits } from './pkits.ts';
import { setScene } from './scene.ts';
import { type Outcome, signAndCheck } from './signAndCheck.ts';
import { printTable } from './table.ts';
import { compareVerdicts } from './verdicts.ts';

const KINDS = ['robust', 'pdfa', 'signed'];

const { values, positionals } = parseArgs({
	allowPositionals: true,
	options: { pkits: { type: 'boolean' }, verdicts: { type: 'boolean' }, files: { type: 'boolean' } },
});
const [folder] = positionals;
if (folder === undefined) {
	console.error('npm run corpus -- [--files] FOLDER, or npm run corpus -- --pkits FOLDER');
	process.exitCode = 2;
} else if (values.pkits) {
	process.exitCode = runPkits(folder);
} else if (values.verdicts) {
	process.exitCode = await compareVerdicts(folder, values.files === true);
} else {
	process.exitCode = await signCorpus(folder);
}

async function signCorpus(root: string): Promise<number> {
	const scene = await setScene();
	try {
		const outcomes = await inLanes(pdfsBelow(root), async (file, index) => {
			const lane = join(scene.directory, String(index));
			mkdirSync(lane);
			const outcome = await signAndCheck(scene, file, join(lane, basename(file)));
			rmSync(lane, { recursive: true });
			return outcome;
		});
		return printTable(outcomes, values.files === true);
	} finally {
		await scene.close();
	}
}

function pdfsBelow(root: string): string[] {
	const kinds = KINDS.map((kind) => join(root, kind)).filter((path) => existsSync(path));
	return (kinds.length > 0 ? kinds : [root]).flatMap((path) =>
		readdirSync(path)
			.filter((file) => file.endsWith('.pdf'))
			.sort()
			.map((file) => join(path, file)),
	);
}

/** As many at a time as there are processors. */
async function inLanes(
	files: readonly string[],
	run: (file: string, index: number) => Promise<Outcome>,
): Promise<Outcome[]> {
	const outcomes: Outcome[] = [];
	const waiting = files.entries();
	const lane = async (): Promise<void> => {
		for (const [index, file] of waiting) {
			outcomes[index] = await run(file, index);
			if (process.stderr.isTTY) process.stderr.write(`\r${index + 1} of ${files.length}`);
		}
	};
	await Promise.all(Array.from({ length: availableParallelism() }, lane));
	if (process.stderr.isTTY) process.stderr.write('\r');
	return outcomes;
}
