/** From the shell's prompt to the first sign of life: `--help`, and the first PKCS#11 call of `sign`. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Line } from './report.ts';
import { writeSamplePdf } from './samplePdf.ts';
import type { Scene } from './scene.ts';
import { median, paraph, runMeasured } from './wholeProcess.ts';

const ROUNDS = 7;

export async function measureColdStart(scene: Scene): Promise<readonly Line[]> {
	const node = await medianOf(() => runMeasured(process.execPath, ['-e', '0']));
	const help = await medianOf(() => paraph(['--help']));
	const firstCall = await measureFirstCall(scene);
	return [
		{
			what: 'paraph --help ÷ an empty Node process',
			ratio: help / node,
			aim: '≤ 0.2 s',
			details: `${(help * 1000).toFixed(0)} ms; Node alone ${(node * 1000).toFixed(0)} ms`,
		},
		...(firstCall === undefined
			? []
			: [
					{
						what: 'paraph sign up to its first PKCS#11 call ÷ an empty Node process',
						ratio: firstCall / node,
						aim: '≤ 0.2 s',
						details: `${(firstCall * 1000).toFixed(0)} ms`,
					},
				]),
	];
}

async function medianOf(run: () => Promise<{ readonly seconds: number }>): Promise<number> {
	const seconds: number[] = [];
	// The first run fills the compile cache.
	for (let round = 0; round <= ROUNDS; round++) {
		const measured = await run();
		if (round > 0) seconds.push(measured.seconds);
	}
	return median(seconds);
}

/** A module that notes when it was first called and then refuses to work: nothing else of a token is measured. */
const probeSource = `
#include <stdio.h>
#include <time.h>
unsigned long C_GetFunctionList(void **list) {
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	FILE *file = fopen(MARK, "w");
	fprintf(file, "%ld.%09ld", (long)now.tv_sec, now.tv_nsec);
	fclose(file);
	return 5;
}
`;

async function measureFirstCall(scene: Scene): Promise<number | undefined> {
	const mark = join(scene.folder, 'first-call');
	const probe = join(scene.folder, 'probe.so');
	const source = join(scene.folder, 'probe.c');
	writeFileSync(source, probeSource);
	try {
		await runMeasured('cc', ['-shared', '-fPIC', `-DMARK="${mark}"`, '-o', probe, source]);
	} catch {
		console.error('SKIPPED: the time to the first PKCS#11 call wants a C compiler (cc)');
		return undefined;
	}
	const input = join(scene.folder, 'cold.pdf');
	writeSamplePdf(input, { payload: 1000, objects: 0 });
	const seconds: number[] = [];
	for (let round = 0; round <= ROUNDS; round++) {
		rmSync(mark, { force: true });
		const started = Date.now() / 1000;
		await paraph(
			[
				'sign',
				input,
				'--level',
				'b-b',
				'--token',
				`pkcs11:token=x;object=y?module-path=${probe}`,
				'--pin-env',
				'BENCH_PIN',
			],
			scene.environment,
			[3],
		);
		if (!existsSync(mark)) throw new Error('the module was never called');
		if (round > 0) seconds.push(Number(readFileSync(mark, 'latin1')) - started);
	}
	return median(seconds);
}
