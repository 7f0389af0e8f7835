/**
 * `npm run check`: types, lint, layers, dead code, unit tests; what fails shows its output, what passes one line. With
 * `-- --static` without the unit tests, for where `npm test` follows.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

interface Step {
	readonly name: string;
	readonly command: readonly [string, ...string[]];
}

const root = fileURLToPath(new URL('..', import.meta.url));
const bin = (name: string): string => `${root}node_modules/.bin/${name}`;

const staticSteps: readonly Step[] = [
	{ name: 'types', command: [bin('tsc'), '-p', '.'] },
	{ name: 'types of the window', command: [bin('tsc'), '-p', 'renderer'] },
	{ name: 'lint and format', command: [bin('biome'), 'check', '--error-on-warnings'] },
	{ name: 'layers', command: [process.execPath, 'build/layers.ts'] },
	{ name: 'dead code', command: [bin('knip')] },
];
const unitTests: Step = { name: 'unit tests', command: [bin('vitest'), 'run', '--reporter=dot'] };
const steps = process.argv.includes('--static') ? staticSteps : [...staticSteps, unitTests];

const failed: string[] = [];
for (const step of steps) {
	const started = performance.now();
	const { code, output } = await run(step.command);
	const seconds = ((performance.now() - started) / 1000).toFixed(1);
	console.log(`${code === 0 ? 'passed' : 'FAILED'}  ${step.name} (${seconds} s)`);
	if (code === 0) continue;
	failed.push(step.name);
	console.log(output);
}
if (failed.length > 0) {
	console.log(`check failed: ${failed.join(', ')}`);
	process.exitCode = 1;
}

function run([command, ...args]: Step['command']): Promise<{ code: number; output: string }> {
	return new Promise((resolve, reject) => {
		const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
		let output = '';
		for (const stream of [child.stdout, child.stderr])
			stream.setEncoding('utf8').on('data', (chunk: string) => {
				output += chunk;
			});
		child.on('error', reject);
		child.on('close', (code) => resolve({ code: code ?? 1, output }));
	});
}
