/**
 * `npm start`: a demo PKI and token, the sample contract signed to B-LTA with them by the command that everybody has,
 * judged, and the window opened on it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { DemoError } from '../test/kit/demoError.ts';
import { type DemoSite, startDemoSite } from '../test/kit/demoSite.ts';
import { sampleContract, supplierPlace } from '../test/kit/sampleContract.ts';
import { buildDesktop, electronArguments, installedElectron } from './desktop.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = join(root, 'out', 'demo');
const contract = join(folder, 'contract.pdf');
const signed = join(folder, 'contract-signed.pdf');

try {
	process.exitCode = await start();
} catch (error) {
	console.error(error instanceof Error ? `npm start: ${error.message}` : error);
	process.exitCode = 1;
}

async function start(): Promise<number> {
	mkdirSync(folder, { recursive: true });
	writeFileSync(contract, await sampleContract());
	const site = await demoSite();
	try {
		return await signAndShow(site);
	} finally {
		await site.close();
	}
}

async function signAndShow(site: DemoSite): Promise<number> {
	const environment = { ...process.env, ...site.token.environment, PARAPH_CONFIG: site.config };

	const signing = await paraph(environment, ...signArguments(site));
	const verifying = await paraph(environment, 'verify', signed, '--json');
	const [signature] = verifying.signatures ?? [];
	const stamp = signature?.timestamps?.[0];
	if (signing.ok !== true || verifying.indication !== 'TOTAL-PASSED') {
		console.error(signing.error ?? verifying.error ?? verifying);
		return 1;
	}
	console.log(`
  Signed   ${shown(signed)}
           by ${signing.signer?.subject ?? 'the demo signer'}, with a key in the token “${site.token.label}”
           level ${signing.level?.toUpperCase()}: timestamp, proof of validity, archive timestamp
  Judged   ${verifying.indication}, level ${signature?.level?.toUpperCase()}, stamped ${stamp?.time ?? signature?.bestTime}
           The authorities behind it run here, on loopback, and prove nothing to anybody: it is for trying out.

  To sign another document while this runs (the PIN is ${site.token.pin}):

    export SOFTHSM2_CONF='${site.token.environment.SOFTHSM2_CONF}' PARAPH_CONFIG='${site.config}'
    bin/paraph sign FILE.pdf
    bin/paraph verify FILE-signed.pdf
`);
	return openWindow(environment);
}

/** In a folder that lasts, so that what was signed yesterday still rests on the same authority; a second one beside it. */
async function demoSite(): Promise<DemoSite> {
	try {
		return await startDemoSite({ directory: join(folder, 'pki') });
	} catch (error) {
		if (!(error instanceof DemoError) || error.code !== 'demo-running') throw error;
		return startDemoSite({ directory: mkdtempSync(join(tmpdir(), 'paraph-demo-')) });
	}
}

function signArguments(site: DemoSite): string[] {
	const { page, x, y, width, height } = supplierPlace;
	const [signer] = site.signers;
	return [
		...['sign', contract, '--out', signed, '--force', '--json', '--level', 'b-lta'],
		...['--token', site.token.uri(signer?.label), '--pin-file', site.pinFile],
		...['--visible', `${page}:${x},${y},${width},${height}`, '--reason', 'I approve this agreement'],
		...['--location', 'Tromsø'],
	];
}

/** What the two commands' JSON lines say, as far as it is told here. */
interface Line {
	readonly ok?: boolean;
	readonly level?: string;
	readonly indication?: string;
	readonly signer?: { readonly subject: string };
	readonly signatures?: readonly {
		readonly level?: string;
		readonly bestTime?: string;
		readonly timestamps?: readonly { readonly time: string }[];
	}[];
	readonly error?: unknown;
}

async function paraph(environment: NodeJS.ProcessEnv, ...args: string[]): Promise<Line> {
	const child = spawn(join(root, 'bin', 'paraph'), args, { env: environment, stdio: ['ignore', 'pipe', 'inherit'] });
	const line: Line = JSON.parse((await text(child.stdout)).split('\n')[0] || '{}');
	return line;
}

/** Stays until the window is closed, or this is interrupted; without display and terminal it ends at once, well. */
async function openWindow(environment: NodeJS.ProcessEnv): Promise<number> {
	const child = await startWindow(environment);
	// Ctrl C reaches the child as well: it ends first, then this.
	process.on('SIGINT', () => {});
	process.on('SIGTERM', () => child.kill('SIGTERM'));
	return new Promise((resolve, reject) => {
		child.on('error', reject);
		child.on('exit', (code) => resolve(code === 130 ? 0 : (code ?? 1)));
	});
}

async function startWindow(environment: NodeJS.ProcessEnv): Promise<ChildProcess> {
	const options = { env: environment, cwd: root, stdio: 'inherit' } as const;
	const electron = installedElectron(root, environment);
	if (electron === undefined) return spawn(join(root, 'bin', 'paraph'), ['desk', signed], options);
	await buildDesktop(root);
	return spawn(electron, electronArguments(root, signed), options);
}

function shown(path: string): string {
	return relative(process.cwd(), path);
}
