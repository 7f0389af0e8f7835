/**
 * `npm run interop -- JUDGES [PDFA]`: signs with every kind of key at every level and asks EU DSS and pyHanko, in the folder
 * JUDGES (or PARAPH_ORACLES_DIR), what they think; signs the files of the folder PDFA and asks veraPDF whether they still
 * conform. What is not to be had is skipped, loudly.
 */
import { copyFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { type KeyKind, keyKinds } from '../kit/demoPki.ts';
import { type DemoSite, startDemoSite } from '../kit/demoSite.ts';
import { sampleContract, supplierPlace } from '../kit/sampleContract.ts';
import { ask, dss, type Judge, pyHanko, veraPdf } from './judges.ts';
import { otherSigners, signWith } from './others.ts';
import { checkReports } from './reportSchema.ts';
import { signInRoom } from './roomTrip.ts';
import { extendWithParaph, judgeWithParaph, reportWithParaph, signWithParaph } from './signing.ts';

const levels = ['b-b', 'b-t', 'b-lt', 'b-lta'] as const;
const [judges = process.env['PARAPH_ORACLES_DIR'], pdfaFolder] = process.argv.slice(2);

let passed = 0;
let failed = 0;
const directory = mkdtempSync(join(tmpdir(), 'paraph-interop-'));
const keys: readonly KeyKind[] = [...keyKinds, 'ed448'];
const site = await startDemoSite({ directory, signers: keys });
try {
	const signed = new Map([
		...(await signWithEveryKey(site)),
		...(await extendInSteps(site)),
		...(await throughRoom(site)),
		...(await judgeAndExtendOthers(site)),
	]);
	skip(dss.name, 'Ed25519 and Ed448: its policy, after ETSI TS 119 312, authorises no EdDSA');
	await report(dss, new Map([...signed].filter(([file]) => !/^ed(?:25519|448)/.test(basename(file)))));
	await report(pyHanko, signed);
	await checkSchema([...signed.keys()]);
	if (pdfaFolder === undefined) skip('veraPDF', 'no folder with PDF/A files was named');
	else await report(veraPdf, await signFolder(site, pdfaFolder));
} finally {
	await site.close();
	rmSync(directory, { recursive: true, force: true });
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

/** @returns the level by file, of those that could be signed. */
async function signWithEveryKey(site: DemoSite): Promise<ReadonlyMap<string, string>> {
	const contract = join(directory, 'contract.pdf');
	writeFileSync(contract, await sampleContract());
	const { page, x, y, width, height } = supplierPlace;
	const visible = ['--visible', `${page}:${x},${y},${width},${height}`];
	const variants: readonly { readonly key: KeyKind; readonly options: readonly string[] }[] = [
		...keys.map((key) => ({ key, options: [] })),
		{ key: 'rsa-2048', options: ['--pss'] },
		{ key: 'p256', options: visible },
		{ key: 'rsa-3072', options: ['--certify', 'form-filling'] },
	];
	const signed = new Map<string, string>();
	for (const { key, options } of variants)
		for (const level of levels) {
			const out = join(directory, `${[key, level, ...options].join(' ').replaceAll(/[^\w.-]+/g, '_')}.pdf`);
			if (await sign(site, contract, out, key, ['--level', level, ...options])) signed.set(out, level);
		}
	return signed;
}

/** From level to level, renewed, and with a second signature above the first one's proof. */
async function extendInSteps(site: DemoSite): Promise<ReadonlyMap<string, string>> {
	const start = join(directory, 'start.pdf');
	if (!(await sign(site, join(directory, 'contract.pdf'), start, 'p256', ['--level', 'b-b']))) return new Map();
	const steps = new Map<string, string>();
	let input = start;
	for (const [name, level] of [
		['extended_b-t', 'b-t'],
		['extended_b-lt', 'b-lt'],
		['extended_b-lta', 'b-lta'],
		['renewed', 'b-lta'],
	] as const) {
		const out = join(directory, `${name}.pdf`);
		const error = await extendWithParaph(site, input, out, level);
		if (error !== undefined) record('paraph extend', out, error);
		else steps.set(out, level);
		input = out;
	}
	const direct = join(directory, 'extended_at_once.pdf');
	const error = await extendWithParaph(site, start, direct, 'b-lta');
	if (error !== undefined) record('paraph extend', direct, error);
	else steps.set(direct, 'b-lta');
	const twice = join(directory, 'signed_twice.pdf');
	if (await sign(site, direct, twice, 'rsa-2048', ['--level', 'b-lta'])) steps.set(twice, 'b-lta');
	return steps;
}

/** Signed where no network is, proved outside. */
async function throughRoom(site: DemoSite): Promise<ReadonlyMap<string, string>> {
	const folder = join(directory, 'room-trip');
	const out = join(directory, 'through_a_room.pdf');
	const trip = await signInRoom(site, join(directory, 'contract.pdf'), folder, 'p256');
	if ('failure' in trip) {
		record('paraph room', out, trip.failure);
		return new Map();
	}
	copyFileSync(trip.file, out);
	return new Map([[out, 'b-lta']]);
}

/** What others signed is found to be good and of its level, and brought to B-LTA. @returns what came of the latter. */
async function judgeAndExtendOthers(site: DemoSite): Promise<ReadonlyMap<string, string>> {
	const extended = new Map<string, string>();
	for (const signer of judges === undefined ? [] : otherSigners) {
		const made = await signWith(signer, judges ?? '', site.pki, join(directory, 'contract.pdf'), site.trust, directory);
		if (made === undefined) skip(signer.name, `there is no ${signer.command} in ${judges}`);
		for (const [file, level] of made ?? []) {
			record(`paraph verify, signed by ${signer.name}`, file, await judgeWithParaph(site, file, level));
			const out = file.replace(/\.pdf$/, '-extended.pdf');
			const error = await extendWithParaph(site, file, out, 'b-lta');
			if (error !== undefined) record('paraph extend', out, error);
			else extended.set(out, 'b-lta');
		}
	}
	return extended;
}

/** The reports of what was signed, by the schema of their standard. */
async function checkSchema(files: readonly string[]): Promise<void> {
	const reports = files.map((file) => ({ file, report: `${file}.xml` }));
	for (const { file, report } of reports) await reportWithParaph(site, file, report);
	const faults = checkReports(
		reports.map(({ report }) => report),
		join(directory, 'schema'),
	);
	if (typeof faults === 'string') return skip('ETSI TS 119 102-2', faults);
	for (const { file, report } of reports) record('ETSI TS 119 102-2', file, faults.get(report));
}

async function signFolder(site: DemoSite, folder: string): Promise<ReadonlyMap<string, string>> {
	const signed = new Map<string, string>();
	for (const name of readdirSync(folder).filter((name) => name.endsWith('.pdf'))) {
		const out = join(directory, name);
		if (await sign(site, join(folder, name), out, 'p256', ['--level', 'b-lta'])) signed.set(out, 'b-lta');
	}
	return signed;
}

async function sign(
	site: DemoSite,
	input: string,
	out: string,
	key: KeyKind,
	options: readonly string[],
): Promise<boolean> {
	const error = await signWithParaph(site, input, out, key, options);
	if (error !== undefined) record('paraph sign', out, error);
	return error === undefined;
}

async function report(judge: Judge, signed: ReadonlyMap<string, string>): Promise<void> {
	if (judges === undefined) return skip(judge.name, 'no folder of judges was named');
	const objections = await ask(judge, judges, signed, site.trust);
	if (objections === undefined) return skip(judge.name, `there is no ${judge.command} in ${judges}`);
	for (const [file, objection] of objections) record(judge.name, file, objection);
}

function record(who: string, file: string, objection: string | undefined): void {
	if (objection === undefined) passed++;
	else failed++;
	console.log(
		`${objection === undefined ? 'passed' : 'FAILED'}  ${who}  ${basename(file)}${objection ? `: ${objection}` : ''}`,
	);
}

function skip(who: string, why: string): void {
	console.log(`SKIPPED ${who}: ${why}`);
}
