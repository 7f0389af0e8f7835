/** Which bundle lies in which folder. */
import { realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import type { BundleRecord } from './correspondence.ts';
import { RoomError } from './roomError.ts';
import { findSignedOutputs, type SignedOutput } from './signedOutputs.ts';

/** The bundle that the signed documents of a folder answer: the one opened there, else the one they are from. @throws {RoomError} */
export async function findBundle(
	folder: string,
	bundles: readonly BundleRecord[],
): Promise<{ readonly record: BundleRecord; readonly found: ReadonlyMap<string, SignedOutput> }> {
	const place = realpathSync(folder);
	const open = bundles.filter(({ documents, done }) => done.length < documents.length);
	const here = open.filter((bundle) => bundle.folder === place);
	for (const record of here.length > 0 ? here : open) {
		const left = record.documents.filter(({ name }) => !record.done.includes(name));
		const found = await findSignedOutputs(folder, left);
		if (found.size > 0 || here.length > 0) return { record, found };
	}
	throw new RoomError('document-unsigned', `${folder} holds nothing signed that is still to be sealed`, {
		subject: folder,
	});
}

/** When the first of the bundles is due that were opened where these files lie. */
export function earliestDue(files: readonly string[], bundles: readonly BundleRecord[]): Date | undefined {
	const folders = new Set(files.map(realFolder));
	const times = bundles.flatMap(({ folder, due }) =>
		due && folder !== null && folders.has(folder) ? [due.getTime()] : [],
	);
	return times.length === 0 ? undefined : new Date(Math.min(...times));
}

/** The folder that a file lies in, through links; of no bundle where it is gone. */
function realFolder(file: string): string {
	try {
		return realpathSync(dirname(file));
	} catch {
		return file;
	}
}
