/**
 * `npm run bench [-- NAME…]`: how fast Paraph is, as ratios of this very run.
 *
 * NAME: batch, proof, tokens, large, objects, cold, verify, service; all of them where none is given.
 */
import { measureBatch } from './batch.ts';
import { measureColdStart } from './coldStart.ts';
import { measureLargeFile } from './largeFile.ts';
import { measureObjectCount } from './objectCount.ts';
import { measureProof } from './proof.ts';
import { type Line, printLine } from './report.ts';
import { type Scene, setScene } from './scene.ts';
import { measureService } from './service.ts';
import { measureTokens } from './tokens.ts';
import { measureVerify } from './verify.ts';

const measurements: Readonly<Record<string, (scene: Scene) => Promise<readonly Line[]>>> = {
	cold: measureColdStart,
	batch: measureBatch,
	proof: measureProof,
	tokens: measureTokens,
	verify: measureVerify,
	objects: measureObjectCount,
	large: measureLargeFile,
	service: measureService,
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in measurements));
if (unknown.length > 0) {
	console.error(`unknown: ${unknown.join(', ')}; there are ${Object.keys(measurements).join(', ')}`);
	process.exit(2);
}
const scene = await setScene();
try {
	for (const [name, measure] of Object.entries(measurements)) {
		if (wanted.length > 0 && !wanted.includes(name)) continue;
		for (const line of await measure(scene)) printLine(line);
	}
} finally {
	await scene[Symbol.asyncDispose]();
}
