/**
 * `npm run corpus -- --verdicts FOLDER`: our verdict on every file of `signed/` and `attacks/`, beside what EU DSS said of
 * them (`verdicts.tsv`, with the roots in `anchors/`, at the time it was asked for) and what is known of the attacks.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FileSource } from '../../core/pdf/byteSource.ts';
import { loadTrustAnchors } from '../../core/pki/validationData.ts';
import { ParaphError } from '../../core/ports/errors.ts';
import type { TrustAnchor } from '../../core/ports/trustSource.ts';
import type { DocumentVerdict } from '../../core/validation/verdict/verdict.ts';
import { verifyDocument } from '../../core/validation/verifyDocument.ts';
import { measureWorst } from './worstCase.ts';

/** When DSS was asked. */
const TIME = new Date('2026-11-01T00:00:00Z');
/** Of the indications, in per cent. */
const AIM = 95;

/**
 * @param listsAll whether each row is printed, and not only those that differ.
 * @returns the exit code: 0 when enough indications agree, no attack passes, nothing broke and no file took too much.
 */
export async function compareVerdicts(folder: string, listsAll: boolean): Promise<number> {
	const anchors = loadTrustAnchors([join(folder, 'anchors')]);
	const { agreed, agreedInDetail, stricter, total } = await compareSigned(folder, anchors, listsAll);
	const broken = await judgeAttacks(folder, anchors);
	const isWithinLimits = await measureWorst(folder, TIME);
	const share = percentOf(agreed, total - stricter);
	console.log(`\nindications equal to DSS: ${shareOf(agreed, total)}`);
	console.log(`sub-indications, too: ${agreedInDetail} of these ${agreed}`);
	console.log(
		`without the ${stricter} that differ because changes are refused which DSS lists and passes (docs/validation-differences.md): ${shareOf(agreed, total - stricter)}, aim ${AIM} %`,
	);
	console.log(`${broken} attacks judged wrongly`);
	return share >= AIM && broken === 0 && isWithinLimits ? 0 : 1;
}

const shareOf = (part: number, whole: number): string => `${part} of ${whole} = ${percentOf(part, whole).toFixed(1)} %`;

interface Row {
	readonly field: string;
	readonly indication: string;
	readonly subIndication: string;
	readonly level: string;
	readonly isStricter?: boolean;
}

const percentOf = (part: number, whole: number): number => (whole === 0 ? 100 : (100 * part) / whole);

interface Tally {
	agreed: number;
	/** Those of them whose sub-indications are the same. */
	agreedInDetail: number;
	/** Ours fail for a change that the allow-list does not know. */
	stricter: number;
	/** Rows for which DSS reached a verdict. */
	total: number;
}

async function compareSigned(folder: string, anchors: readonly TrustAnchor[], listsAll: boolean): Promise<Tally> {
	const tally: Tally = { agreed: 0, agreedInDetail: 0, stricter: 0, total: 0 };
	for (const [file, rows] of readTable(join(folder, 'verdicts.tsv'))) {
		const ours = await rowsOf(join(folder, file), anchors);
		for (const [index, theirs] of rows.entries()) {
			if (theirs.subIndication === 'DSSException') continue;
			const own = ours.find(({ field }) => theirs.field !== '' && field === theirs.field) ?? ours[index];
			tally.total++;
			const agrees = own !== undefined && sameIndication(own.indication, theirs.indication);
			if (agrees) tally.agreed++;
			if (agrees && subIndicationOf(own) === theirs.subIndication) tally.agreedInDetail++;
			if (!agrees && own?.isStricter) tally.stricter++;
			if (agrees && !listsAll) continue;
			console.log([file, theirs.field, wordsOf(own), wordsOf(theirs), theirs.level].join('\t'));
		}
	}
	return tally;
}

/** DSS calls a document timestamp PASSED and a signature TOTAL-PASSED; we have one word for both. */
const sameIndication = (a: string, b: string): boolean => a.replace('TOTAL-', '') === b.replace('TOTAL-', '');

/** Without the finding that is named behind it. */
const subIndicationOf = (row: Row): string => row.subIndication.split(' ')[0] ?? '';

const wordsOf = (row: Row | undefined): string =>
	row ? [row.indication, row.subIndication].filter((part) => part !== '').join(' ') : 'nothing';

function readTable(path: string): ReadonlyMap<string, readonly Row[]> {
	const rows = readFileSync(path, 'utf8')
		.trim()
		.split('\n')
		.slice(1)
		.map((line) => line.split('\t'))
		.map(([file = '', field = '', indication = '', subIndication = '', level = '']) => ({
			file,
			field,
			indication,
			subIndication,
			level,
		}));
	return Map.groupBy(rows, ({ file }) => file);
}

async function rowsOf(path: string, anchors: readonly TrustAnchor[]): Promise<readonly Row[]> {
	const verdict = await verify(path, anchors);
	if (verdict instanceof ParaphError)
		return [{ field: '', indication: 'UNREADABLE', subIndication: verdict.message, level: '' }];
	if (verdict.indication === 'NO-SIGNATURE')
		return [{ field: '', indication: 'NO-SIGNATURE', subIndication: '', level: '' }];
	return verdict.signatures.map(({ field, indication, subIndication, level, errors, changes, facts }) => ({
		field,
		indication,
		subIndication: `${subIndication ?? ''}${errors[0] ? ` (${errors[0].code})` : ''}`,
		level: level ?? '',
		isStricter: changes.level === 'disallowed' && facts.formatFaults.length === 0 && subIndication === 'FORMAT_FAILURE',
	}));
}

async function verify(path: string, anchors: readonly TrustAnchor[]): Promise<DocumentVerdict | ParaphError> {
	try {
		using source = FileSource.open(path);
		return await verifyDocument(source, { anchors, time: TIME });
	} catch (error) {
		if (error instanceof ParaphError) return error;
		throw error;
	}
}

/** What was changed must fail and say why; what was not must be found intact, whoever signed it. */
async function judgeAttacks(folder: string, anchors: readonly TrustAnchor[]): Promise<number> {
	const manifest = readFileSync(join(folder, 'manifest.tsv'), 'utf8').split('\n');
	const expected = new Map(manifest.map((line) => line.split('\t')).map(([file = '', what = '']) => [file, what]));
	let wrong = 0;
	for (const name of readdirSync(join(folder, 'attacks')).sort()) {
		const verdict = await verify(join(folder, 'attacks', name), anchors);
		const failed = verdict instanceof ParaphError || verdict.indication === 'TOTAL-FAILED';
		const isRight = expected.get(`attacks/${name}`) === 'changed' ? failed : !failed;
		if (isRight) continue;
		wrong++;
		console.log(`attacks/${name}\t${expected.get(`attacks/${name}`)}\t${failed ? 'failed' : 'not failed'}`);
	}
	return wrong;
}
