/**
 * Who imports whom, against `.dependency-cruiser.cjs`. The tool says "no violations" also when it saw nothing at all, as it
 * does with a TypeScript it cannot parse: so what it saw is counted against what there is.
 */
import { execFile } from 'node:child_process';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const rooms = ['core', 'native', 'main', 'preload', 'renderer', 'service', 'cli', 'build', 'test'] as const;

export interface LayerReport {
	/** One line each: rule, who, whom. */
	readonly violations: readonly string[];
	/** Sources that the tool did not see. */
	readonly unseen: readonly string[];
	readonly seen: number;
}

/** What dependency-cruiser's JSON says, as far as it is read here. */
interface Cruise {
	readonly summary: {
		readonly violations: readonly {
			readonly rule: { readonly name: string };
			readonly from: string;
			readonly to: string;
		}[];
	};
	readonly modules: readonly { readonly source: string }[];
}

const repository = fileURLToPath(new URL('..', import.meta.url));

/**
 * @param root a tree with the rooms as its folders.
 * @throws {Error} when the tool itself fails.
 */
export async function checkLayers(root: string = repository): Promise<LayerReport> {
	const sources = globSync(
		rooms.map((room) => `${room}/**/*.{ts,tsx}`),
		{ cwd: root },
	);
	const present = rooms.filter((room) => sources.some((source) => source.startsWith(`${room}/`)));
	const { summary, modules } = await cruise(root, present);
	const seen = new Set(modules.map((module) => module.source));
	return {
		violations: summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`),
		unseen: sources.filter((source) => !seen.has(source)),
		seen: sources.filter((source) => seen.has(source)).length,
	};
}

function cruise(root: string, folders: readonly string[]): Promise<Cruise> {
	const tool = join(repository, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruiser.mjs');
	const config = join(repository, '.dependency-cruiser.cjs');
	return new Promise((resolve, reject) => {
		execFile(
			process.execPath,
			[
				'--import',
				new URL('readsUsing.mjs', import.meta.url).href,
				tool,
				'--config',
				config,
				'--output-type',
				'json',
				...folders,
			],
			{ cwd: root, maxBuffer: 1 << 28 },
			// Its exit code is the number of violations: what counts is whether it answered.
			(error, stdout, stderr) => {
				if (stdout.startsWith('{')) resolve(JSON.parse(stdout));
				else reject(new Error(`dependency-cruiser failed: ${stderr.trim() || error?.message}`));
			},
		);
	});
}

if (import.meta.main) {
	const { violations, unseen, seen } = await checkLayers();
	for (const violation of violations) console.error(violation);
	for (const source of unseen) console.error(`not seen by the layer check: ${source}`);
	if (violations.length + unseen.length > 0) process.exitCode = 1;
	else console.log(`${seen} modules, each imports only what it may`);
}
