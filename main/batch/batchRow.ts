import { randomBytes } from 'node:crypto';
import { basename } from 'node:path';
import type { SignerDescription } from '../../core/pades/signingRun.ts';
import type { BatchRow, MarkPlace, RowId } from '../../preload/contract.ts';
import type { SurveyedDocument } from '../reading/survey.ts';

/** A row of the batch as the host knows it: with the path, the password and the digest that the window never sees. */
export interface Row extends Omit<BatchRow, 'output'> {
	readonly path: string;
	readonly password: string | undefined;
	/** Lower-case hex of the bytes that were looked at: others are not signed. */
	readonly sha256: string | undefined;
	/** Bytes of the signed file, without proof. */
	readonly size: number;
	/** It is in trouble because its signed file could not be written. */
	readonly unwritable: boolean;
	/** Where the signed file goes; decided when the run begins, and kept for another try. */
	readonly out: string | undefined;
	/** What it was signed with, or was to be, in the run that took it last; null before the first. */
	readonly certificate: SignerDescription | null;
}

/** @param folder null where the file lies in a folder of ours. */
export function newRow(path: string, folder: string | null): Row {
	return {
		// The brand is given here and nowhere else.
		id: randomBytes(12).toString('base64url') as RowId,
		path,
		name: basename(path),
		folder,
		password: undefined,
		sha256: undefined,
		pages: null,
		signatureCount: null,
		emptyFields: [],
		concerns: [],
		warnings: [],
		size: 0,
		unwritable: false,
		state: 'looking',
		failure: null,
		place: null,
		ownPlace: null,
		read: false,
		out: undefined,
		certificate: null,
		level: null,
	};
}

export function shownRow(known: Row): BatchRow {
	const { id, name, folder, pages, signatureCount, emptyFields, concerns, warnings } = known;
	const { state, failure, place, ownPlace, read, level, out } = known;
	const found = { pages, signatureCount, emptyFields, concerns, warnings, place };
	const output = out === undefined ? null : basename(out);
	return { id, name, folder, ...found, state, failure, ownPlace, read, output, level };
}

/** What was found in the file; other bytes than before were not read by anybody. */
export function surveyed(row: Row, found: SurveyedDocument): Row {
	const { sha256, description, place, size, warnings, refusal } = found;
	return {
		...row,
		sha256,
		pages: description.pages,
		signatureCount: description.locked ? null : description.signatureCount,
		emptyFields: description.emptyFields.map(({ name }) => name),
		concerns: description.concerns,
		warnings,
		place,
		size,
		unwritable: false,
		read: row.read && row.sha256 === sha256,
		state: refusal ? 'trouble' : 'ready',
		failure: refusal,
	};
}

/** Where its mark goes: its own place, else the one of all. */
export const placeFor = (row: Pick<Row, 'ownPlace'>, all: MarkPlace): MarkPlace => row.ownPlace ?? all;

/** Rows in these states are what a run takes. */
export const isSignable = ({ state }: Pick<Row, 'state'>): boolean => state === 'ready';
