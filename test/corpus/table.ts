/** The outcome of a run over a corpus, for people. */
import { basename, dirname } from 'node:path';
import type { Outcome } from './signAndCheck.ts';

/** Of the files that open without a password, in per cent. */
const AIM = 99;

/** @returns the exit code: 0 when nothing broke and the aim was reached. */
export function printTable(outcomes: readonly Outcome[], withFiles: boolean): number {
	for (const [folder, own] of Map.groupBy(outcomes, ({ file }) => basename(dirname(file)))) {
		console.log(`\n${folder}: ${own.length} files`);
		const reasons = [...Map.groupBy(own, describe)].sort(([, a], [, b]) => b.length - a.length);
		for (const [reason, files] of reasons) {
			console.log(`${String(files.length).padStart(6)}  ${reason}`);
			if (withFiles && files[0]?.kind !== 'good')
				for (const { file } of files) console.log(`          ${basename(file)}`);
		}
	}
	const toSign = outcomes.filter(({ opens }) => opens);
	const good = toSign.filter(({ kind }) => kind === 'good').length;
	const bad = outcomes.filter(({ kind }) => kind === 'bad').length;
	const allowed = toSign.filter(({ kind, reason }) => kind !== 'refused' || reason !== 'signing-forbidden').length;
	const share = percentOf(good, toSign.length);
	console.log(
		`\n${good} of ${toSign.length} files that open without a password signed and valid: ${share.toFixed(2)} %, aim ${AIM} %`,
	);
	console.log(
		`${good} of the ${allowed} among them whose authors do not forbid it: ${percentOf(good, allowed).toFixed(2)} %`,
	);
	console.log(`${bad} files for which something broke`);
	// The aim to a tenth of a per cent: half a file of 500.
	return bad === 0 && Math.round(share * 10) >= AIM * 10 ? 0 : 1;
}

const percentOf = (part: number, whole: number): number => (whole === 0 ? 100 : (100 * part) / whole);

function describe({ kind, reason, opens }: Outcome): string {
	const what = kind === 'good' ? reason : kind === 'refused' ? `refused: ${reason}` : `BROKEN: ${reason}`;
	return opens ? what : `${what} (qpdf does not open it)`;
}
