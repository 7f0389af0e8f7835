import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { safeName } from '../../main/documents/privateFolder.ts';
import type { Posting } from '../../preload/contract.ts';
import { commonOptions, parseArguments } from '../arguments.ts';
import { ExitCode, type Io } from '../command.ts';
import { UsageError } from '../errors.ts';
import { Output } from '../output.ts';
import { configure, workplaceOptionTable } from '../workplace.ts';
import { exchange, findPosting, type Office, waiting, withOffice } from './office.ts';

const table = {
	...commonOptions,
	...workplaceOptionTable,
	out: 'text',
	'out-dir': 'text',
	force: 'flag',
	acknowledge: 'flag',
	release: 'flag',
} as const;

type Options = ReturnType<typeof parseArguments<typeof table>>['options'];
type Kept = Awaited<ReturnType<Office['desk']['fetchBundle']>>;

/** Brings something of a posting into a file; `after` says that it is safe. */
const take =
	(
		fetch: (office: Office, posting: Posting, rest: readonly string[]) => Promise<Kept>,
		after: (office: Office, posting: Posting, options: Options) => Promise<unknown> | undefined,
	) =>
	async (args: readonly string[], io: Io): Promise<number> => {
		const { options, files, order } = parseArguments(args, table);
		const output = new Output(io, options.json);
		return withOffice(configure(options, order, io), io, output, async (office) => {
			const before = waiting(office);
			if (!options.offline) await exchange(office, io, before);
			const [id, ...rest] = files;
			const posting = await findPosting(office, id);
			const { name, blob } = await fetch(office, posting, rest);
			const out = outOf(options, name);
			office.opened.store.blobs.writeTo(blob.sha256, out);
			await after(office, posting, options);
			const reached = options.offline || (await exchange(office, io, before));
			const { sha256, size } = blob;
			output.result({ posting: posting.id, out, sha256, size }, `${out}  ${sha256}`);
			return reached ? ExitCode.ok : ExitCode.network;
		});
	};

/** The bundle: documents, signature object, receipts, events. */
export const download = take(
	({ desk }, { id }) => desk.fetchBundle(id),
	({ desk }, { id }, { acknowledge }) => (acknowledge ? desk.acknowledge(id) : undefined),
);

/** This person's receipt. */
export const receipt = take(
	({ desk }, { id }) => desk.fetchReceipt(id),
	({ desk }, { id }, { release }) => (release ? desk.release(id) : undefined),
);

/** One document as it is now. */
export const document = take(
	({ desk }, { id, documents }, [wanted]) => {
		const found =
			documents.find((one) => one.id === wanted || one.name === wanted) ?? (wanted ? undefined : documents[0]);
		if (found) return desk.fetchDocument(id, found.id);
		throw new UsageError(`'${wanted}' is no document of this posting`, { hint: '`paraph postings show` lists them.' });
	},
	() => undefined,
);

function outOf({ out, 'out-dir': folder, force }: Options, name: string): string {
	if (out !== undefined && folder !== undefined) throw new UsageError('--out and --out-dir exclude each other');
	const path = out ?? join(folder ?? '.', safeName(name));
	if (!force && existsSync(path))
		throw new UsageError(`${path} exists already`, { hint: 'Use --force to replace it.' });
	return path;
}
