/**
 * The schema of ETSI TS 119 102-2, out of the packages in which EU DSS carries it: whether our reports conform. Where Maven
 * has not fetched them for EU DSS, or there is no xmllint, that is said.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';

const repository = join(homedir(), '.m2/repository/eu/europa/ec/joinup/sd-dss');
const packages = ['specs-validation-report', 'specs-xades', 'specs-xmldsig', 'specs-trusted-list-v211'];
const schema = 'TS119102-2-v141.xsd';

/** The file that is imported for an address; nothing is fetched. */
const files: readonly (readonly [address: RegExp, file: string])[] = [
	[/xmldsig-core-schema\.xsd$/, 'xmldsig-core-schema.xsd'],
	[/XAdES\.xsd$/, 'XAdES.xsd'],
	[/xml\.xsd$/, 'xml.xsd'],
	[/uri\.etsi\.org\/19612/, 'ts_119612v020101_xsd.xsd'],
];

/**
 * @param folder where the schema may be unpacked.
 * @returns what is wrong with each report, undefined where nothing is; a text where the schema is not to be had.
 */
export function checkReports(
	reports: readonly string[],
	folder: string,
): ReadonlyMap<string, string | undefined> | string {
	const archives = packages.flatMap(newestArchive);
	if (archives.length < packages.length) return 'its schema is not in the repository of Maven';
	if (spawnSync('xmllint', ['--version']).error) return 'xmllint is not installed';
	mkdirSync(folder, { recursive: true });
	for (const archive of archives) unpack(archive, folder);
	return new Map(reports.map((report) => [report, faultOf(report, join(folder, schema))]));
}

function newestArchive(name: string): readonly string[] {
	const versions = existsSync(join(repository, name)) ? readdirSync(join(repository, name)) : [];
	const archives = versions.map((version) => join(repository, name, version, `${name}-${version}.jar`));
	return archives.filter((path) => existsSync(path)).slice(-1);
}

function unpack(archive: string, folder: string): void {
	const entries = unzipSync(readFileSync(archive), { filter: ({ name }) => /^xsd\/[\w.-]+\.xsd$/.test(name) });
	for (const [name, bytes] of Object.entries(entries)) {
		const text = Buffer.from(bytes)
			.toString('utf8')
			.replace(/schemaLocation="([^"]*)"/g, (_, address: string) => {
				const file = files.find(([pattern]) => pattern.test(address))?.[1] ?? address;
				return `schemaLocation="${file}"`;
			});
		writeFileSync(join(folder, name.slice('xsd/'.length)), text);
	}
}

function faultOf(report: string, path: string): string | undefined {
	try {
		execFileSync('xmllint', ['--nonet', '--noout', '--schema', path, report], { stdio: ['ignore', 'ignore', 'pipe'] });
		return undefined;
	} catch (error) {
		return error instanceof Error ? error.message : String(error);
	}
}
