/**
 * Ends with 0 when node_modules holds what package-lock.json names, else with 1. Runs on any Node, before anything is
 * installed; the times of the two files say nothing, since `npm install` writes them in no particular order.
 */
import { readFileSync } from 'node:fs';

/** Packages by their place, without the project itself. */
function packagesOf(lockFile) {
	const { packages } = JSON.parse(readFileSync(lockFile, 'utf8'));
	return Object.entries(packages).filter(([place]) => place !== '');
}

try {
	const installed = new Map(packagesOf('node_modules/.package-lock.json'));
	const wanted = packagesOf('package-lock.json');
	const isThere = ([place, { version, optional, devOptional, peer }]) =>
		// What is for another platform is not installed.
		installed.has(place)
			? installed.get(place).version === version
			: optional === true || devOptional === true || peer === true;
	process.exitCode = wanted.every(isThere) ? 0 : 1;
} catch {
	process.exitCode = 1;
}
