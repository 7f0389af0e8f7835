/** Programs by others that judge a signed file: where one is not to be had, it is skipped, and that is said. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

/** What a judge has to say of one file: undefined when it is content. */
export type Objections = ReadonlyMap<string, string | undefined>;

export interface Judge {
	readonly name: string;
	/** Path of its command below the folder of judges. */
	readonly command: string;
	/** @param expected level by file. */
	judge(command: string, expected: ReadonlyMap<string, string>, trust: string): Promise<Objections>;
}

/** EU DSS: each signature TOTAL-PASSED, the first at the level claimed. */
export const dss: Judge = {
	name: 'EU DSS',
	command: 'dss/dss',
	judge: (command, expected, trust) =>
		judgeLines<DssLine>(command, ['--trust', trust], expected, (line, level) => {
			if (line.indication !== 'TOTAL-PASSED') return `${line.indication} ${line.signatures?.[0]?.subIndication ?? ''}`;
			const found = line.signatures?.find(({ kind }) => kind === 'signature')?.level;
			const wanted = `PAdES-BASELINE-${level.slice(2).toUpperCase()}`;
			return found === wanted ? undefined : `level ${found} where ${wanted} was claimed`;
		}),
};

/** pyHanko: trusted, unmodified, its bottom line. */
export const pyHanko: Judge = {
	name: 'pyHanko',
	command: 'pyhanko/pyhanko',
	judge: (command, expected, trust) =>
		judgeLines<PyHankoLine>(command, ['--trust', trust], expected, ({ signatures = [], error }) => {
			if (error) return String(error);
			const refused = signatures.find(({ bottomLine }) => bottomLine !== true);
			if (signatures.length > 0 && refused === undefined) return undefined;
			return refused === undefined ? 'found no signature' : `${refused.field}: ${refused.error ?? refused.indication}`;
		}),
};

/** veraPDF: what conformed to PDF/A before it was signed still does. */
export const veraPdf: Judge = {
	name: 'veraPDF',
	command: 'verapdf/verapdf',
	judge: (command, expected) =>
		judgeLines<VeraPdfLine>(command, [], expected, ({ compliant, flavour, failedRules = [], error }) => {
			if (compliant === true) return undefined;
			return error ? String(error) : `not ${flavour}: ${failedRules.map((rule) => JSON.stringify(rule)).join(', ')}`;
		}),
};

interface DssLine {
	readonly indication?: string;
	readonly signatures?: readonly { readonly kind: string; readonly level?: string; readonly subIndication?: string }[];
}
interface PyHankoLine {
	readonly signatures?: readonly {
		readonly field: string;
		readonly bottomLine: boolean;
		readonly indication?: string;
		readonly error?: string | null;
	}[];
	readonly error?: unknown;
}
interface VeraPdfLine {
	readonly compliant?: boolean;
	readonly flavour?: string;
	readonly failedRules?: readonly unknown[];
	readonly error?: unknown;
}

/** @returns undefined where the judge is not there. */
export async function ask(
	judge: Judge,
	folder: string,
	expected: ReadonlyMap<string, string>,
	trust: string,
): Promise<Objections | undefined> {
	const command = join(folder, judge.command);
	return existsSync(command) ? judge.judge(command, expected, trust) : undefined;
}

/** Judges print one JSON object a line with the `file` it is about; a file without a line was not judged. */
async function judgeLines<Line>(
	command: string,
	options: readonly string[],
	expected: ReadonlyMap<string, string>,
	objection: (line: Line, level: string) => string | undefined,
): Promise<Objections> {
	const child = spawn(command, [...options, ...expected.keys()], { stdio: ['ignore', 'pipe', 'inherit'] });
	const lines = (await text(child.stdout)).split('\n').filter((line) => line.startsWith('{'));
	const said = new Map<string, Line>(
		lines.map((line) => {
			const object: Line & { readonly file: string } = JSON.parse(line);
			return [object.file, object];
		}),
	);
	return new Map(
		[...expected].map(([file, level]) => {
			const line = said.get(file);
			return [file, line === undefined ? 'said nothing' : objection(line, level)];
		}),
	);
}
