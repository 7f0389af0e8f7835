import type { Posting, PostingSummary } from '../../preload/contract.ts';
import { commonOptions, parseArguments } from '../arguments.ts';
import { ExitCode, type Io } from '../command.ts';
import { UsageError } from '../errors.ts';
import { Output } from '../output.ts';
import { configure, workplaceOptionTable } from '../workplace.ts';
import { exchange, findPosting, type Office, waiting, withOffice } from './office.ts';

const table = { ...commonOptions, ...workplaceOptionTable, box: 'text' } as const;

type Options = ReturnType<typeof parseArguments<typeof table>>['options'];
type Looking = (office: Office, files: readonly string[], options: Options, output: Output) => Promise<void>;

/** Looks at what is here, after asking for what is new where the service can be reached. */
async function look(args: readonly string[], io: Io, work: Looking): Promise<number> {
	const { options, files, order } = parseArguments(args, table);
	const output = new Output(io, options.json);
	return withOffice(configure(options, order, io), io, output, async (office) => {
		const reached = options.offline || (await exchange(office, io, waiting(office)));
		if (!reached) output.hint('The service cannot be reached; this is what was here last.');
		await work(office, files, options, output);
		return ExitCode.ok;
	});
}

export const list = (args: readonly string[], io: Io): Promise<number> =>
	look(args, io, async ({ desk }, _files, { box }, output) => {
		if (box !== undefined && box !== 'inbox' && box !== 'outbox') throw new UsageError('--box is inbox or outbox');
		const postings = (await desk.list()).filter(
			({ received, sent }) => box === undefined || (box === 'inbox' ? received : sent),
		);
		for (const posting of postings) output.result(posting, summaryLine(posting));
	});

export const show = (args: readonly string[], io: Io): Promise<number> =>
	look(args, io, async (office, [id], _options, output) => {
		const posting = await findPosting(office, id);
		output.result(posting, postingText(posting));
	});

export const events = (args: readonly string[], io: Io): Promise<number> =>
	look(args, io, async (office, [id], _options, output) => {
		const { id: posting } = await findPosting(office, id);
		for (const entry of await office.desk.timeline(posting)) {
			const { at, action, by, person, document } = entry;
			output.result(entry, [at, action, by ?? 'service', person, document].filter(Boolean).join('  '));
		}
	});

/** Only exchanges: what waits goes out, what is new comes in. */
export async function sync(args: readonly string[], io: Io): Promise<number> {
	const { options, order } = parseArguments(args, table);
	const output = new Output(io, options.json);
	return withOffice(configure(options, order, io), io, output, async ({ opened, desk }) => {
		await opened.sync.exchange(io.signal);
		const queued = opened.sync.outbox.queued();
		const troubled = queued.filter(({ trouble }) => trouble !== undefined).length;
		const postings = await desk.list();
		const summary = { postings: postings.length, waiting: queued.length, troubled };
		output.result(summary, `${summary.postings} postings, ${summary.waiting} waiting, ${troubled} not taken`);
		return troubled > 0 ? ExitCode.failed : ExitCode.ok;
	});
}

function summaryLine({ id, title, state, todo, progress, owner, pending }: PostingSummary): string {
	const what = todo === null ? state : `to ${todo}`;
	const notes = pending === null ? '' : `  (${pending})`;
	return `${id}  ${what.padEnd(10)}  ${progress.done}/${progress.wanted}  ${title}  — ${owner}${notes}`;
}

function postingText(posting: Posting): string {
	const lines = [
		`${posting.title}  (${posting.state})`,
		`from ${posting.owner}, until ${posting.expiresAt}, deleted ${posting.deleteAt}`,
		...posting.documents.map(
			({ id, name, signatures, mine }) =>
				`  document ${name}: ${signatures} signatures${mine ? `, ${mine}` : ''}  ${id}`,
		),
		...posting.steps.flatMap(({ state, people }, index) => [
			`  step ${index + 1}: ${state}`,
			...people.map(
				({ name, role, state: how, reason, id }) =>
					`    ${name} (${role}): ${how}${reason ? ` “${reason}”` : ''}  ${id}`,
			),
		]),
		...posting.undelivered.map(({ opId, type, trouble }) =>
			trouble ? `  not taken: ${type}: ${trouble.failure.message}  ${opId}` : `  waiting: ${type}  ${opId}`,
		),
		`  you can: ${posting.actions.join(', ') || 'nothing now'}`,
	];
	return lines.join('\n');
}
