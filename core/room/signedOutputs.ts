/** Finds in a folder what was signed of the documents of a bundle. */
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, parse } from 'node:path';
import { Draft } from '../pades/draft.ts';
import { embedSignature } from '../pades/embedSignature.ts';
import { OutputFile } from '../pades/outputFile.ts';
import { decodePrepared } from '../pades/prepared.ts';
import { Stopwatch } from '../pades/stopwatch.ts';
import type { PackedDocument } from './correspondence.ts';
import { readPackedFile } from './packedFiles.ts';
import { RoomError } from './roomError.ts';

export interface SignedOutput {
	readonly document: PackedDocument;
	readonly bytes: Uint8Array;
	/** The file it is, or the signature it was put together from. */
	readonly path: string;
}

/** Levels of folders looked into: the folder, and what `--out-dir` may have made in it. */
const depth = 2;

/**
 * For each document the file that begins with its bytes and goes on, or else its `.prepared` and `.signature`.
 *
 * @throws {RoomError} `document-ambiguous`; {SigningError} for a signature that does not fit.
 */
export async function findSignedOutputs(
	folder: string,
	documents: readonly PackedDocument[],
): Promise<ReadonlyMap<string, SignedOutput>> {
	const paths = [...filesIn(folder, depth)];
	const found = new Map<string, SignedOutput>();
	const add = (output: SignedOutput): void => {
		const { name } = output.document;
		const other = found.get(name);
		if (other)
			throw new RoomError('document-ambiguous', `'${name}' was signed twice: ${other.path} and ${output.path}`, {
				subject: name,
			});
		found.set(name, output);
	};
	const originals = new Map<string, string>();
	for (const path of paths.filter((one) => /\.pdf$/i.test(one))) {
		const { bytes } = readPackedFile(path);
		for (const document of bestNamed(path, beginningsOf(bytes, documents))) {
			if (bytes.length > document.size) add({ document, bytes, path });
			else originals.set(document.sha256, path);
		}
	}
	for (const path of paths.filter((one) => one.endsWith('.prepared'))) {
		const prepared = decodePrepared(readFileSync(path, 'utf8'), path);
		const sha256 = Buffer.from(prepared.sha256).toString('hex');
		const original = originals.get(sha256);
		const signature = path.replace(/\.prepared$/, '.signature');
		if (original === undefined || !paths.includes(signature)) continue;
		for (const document of bestNamed(
			path,
			documents.filter((one) => one.sha256 === sha256),
		)) {
			const bytes = await putTogether(original, path, signature);
			add({ document, bytes, path: signature });
		}
	}
	return found;
}

/** The documents that the bytes begin with; hashed in one pass, however many there are. */
function beginningsOf(bytes: Uint8Array, documents: readonly PackedDocument[]): readonly PackedDocument[] {
	const running = createHash('sha256');
	let hashed = 0;
	let prefix = '';
	return documents
		.filter(({ size }) => size <= bytes.length)
		.sort((a, b) => a.size - b.size)
		.filter(({ size, sha256 }) => {
			if (size > hashed || prefix === '') {
				prefix = running.update(bytes.subarray(hashed, size)).copy().digest('hex');
				hashed = size;
			}
			return sha256 === prefix;
		});
}

/** Whether the bytes are the document, or go on after it. */
export function beginsWith(bytes: Uint8Array, { size, sha256 }: PackedDocument): boolean {
	return bytes.length >= size && createHash('sha256').update(bytes.subarray(0, size)).digest('hex') === sha256;
}

/** Of documents with the same bytes, the one that the file is called after. */
function bestNamed(path: string, documents: readonly PackedDocument[]): readonly PackedDocument[] {
	const likeness = ({ name }: PackedDocument): number => {
		const stem = parse(name).name;
		return basename(path).startsWith(stem) ? stem.length : 0;
	};
	return documents.filter((one) =>
		documents.every((other) => other.sha256 !== one.sha256 || likeness(other) <= likeness(one)),
	);
}

/** Links are passed over: what they lead to is not in the folder. */
function* filesIn(folder: string, levels: number): Generator<string> {
	const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
	for (const entry of entries) {
		if (entry.name.startsWith('.')) continue;
		if (entry.isFile()) yield join(folder, entry.name);
		if (entry.isDirectory() && levels > 1) yield* filesIn(join(folder, entry.name), levels - 1);
	}
}

async function putTogether(original: string, preparedPath: string, signaturePath: string): Promise<Uint8Array> {
	const prepared = decodePrepared(readFileSync(preparedPath, 'utf8'), preparedPath);
	const draft = Draft.open(original, { digest: prepared.digest });
	const folder = mkdtempSync(join(tmpdir(), 'paraph-room-'));
	try {
		const output = new OutputFile(join(folder, 'signed.pdf'), 'never');
		if (draft.isLarge) output.beginCopy(original);
		const means = { level: 'b-b', supply: undefined, evidence: undefined } as const;
		await embedSignature(draft, prepared, readFileSync(signaturePath), means, new Stopwatch());
		await draft.write(output);
		output.commit();
		return readFileSync(output.path);
	} finally {
		draft.close();
		rmSync(folder, { recursive: true });
	}
}
