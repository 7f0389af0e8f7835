import type { NamedPerson, Posting } from '../../preload/contract.ts';
import { commonOptions, parseArguments } from '../arguments.ts';
import { ExitCode, type Io } from '../command.ts';
import { UsageError } from '../errors.ts';
import { Output } from '../output.ts';
import { configure, workplaceOptionTable } from '../workplace.ts';
import { exchange, findPosting, type Office, waiting, withOffice } from './office.ts';
import { readPerson } from './readPerson.ts';

const table = { ...commonOptions, ...workplaceOptionTable, reason: 'text', to: 'text' } as const;

type Options = ReturnType<typeof parseArguments<typeof table>>['options'];
type Act = (office: Office, posting: Posting, rest: readonly string[], options: Options) => Promise<Posting>;

/** Does something with one posting, sends it where the service can be reached, and tells how the posting is then. */
const act =
	(work: Act) =>
	async (args: readonly string[], io: Io): Promise<number> => {
		const { options, files, order } = parseArguments(args, table);
		const output = new Output(io, options.json);
		return withOffice(configure(options, order, io), io, output, async (office) => {
			const [id, ...rest] = files;
			const before = waiting(office);
			// What is done is done to the posting as it is now, where that can be known.
			if (!options.offline) await exchange(office, io, before);
			const posting = await findPosting(office, id);
			await work(office, posting, rest, options);
			const reached = !options.offline && (await exchange(office, io, before));
			const now = await office.desk.get(posting.id);
			output.result(now, `${now.id}  ${now.state}  ${reached ? 'done' : 'waits until the service can be reached'}`);
			return reached || options.offline ? ExitCode.ok : ExitCode.network;
		});
	};

export const approve = act(({ desk }, { id }) => desk.approve(id));
export const decline = act(({ desk }, { id }, _rest, { reason }) => desk.decline(id, wanted(reason, '--reason')));
export const cancel = act(({ desk }, { id }, _rest, { reason }) => desk.cancel(id, reason ?? ''));
export const acceptDecline = act(({ desk }, { id }) => desk.acceptDecline(id));
export const delegate = act(({ desk }, { id }, _rest, { to }) => desk.delegate(id, personIn(to)));
export const remind = act(({ desk }, posting, [person]) => desk.remind(posting.id, personOf(posting, person)));
export const replace = act(({ desk }, posting, [person], { to }) =>
	desk.replace(posting.id, personOf(posting, person), personIn(to)),
);

/** Sends again, or gives up, what the service did not take. */
const settle =
	(verb: 'again' | 'giveUp') =>
	async (args: readonly string[], io: Io): Promise<number> => {
		const { options, files, order } = parseArguments(args, table);
		const output = new Output(io, options.json);
		return withOffice(configure(options, order, io), io, output, async (office) => {
			const [opId, ...more] = files;
			if (opId === undefined || more.length > 0 || !office.opened.sync.outbox.get(opId)) {
				throw new UsageError('name one command that was not taken', {
					hint: '`paraph postings show` lists them with their ids.',
				});
			}
			await office.desk[verb](opId);
			const reached = !options.offline && (await exchange(office, io, waiting(office)));
			output.result({ opId, settled: verb }, verb === 'again' ? 'sent again' : 'given up');
			return reached || options.offline ? ExitCode.ok : ExitCode.network;
		});
	};

export const again = settle('again');
export const giveUp = settle('giveUp');

function wanted(value: string | undefined, option: string): string {
	if (value !== undefined && value.trim() !== '') return value;
	throw new UsageError(`${option} is wanted`);
}

const personIn = (text: string | undefined): NamedPerson => readPerson(wanted(text, '--to'));

/** By id, e-mail address or name. */
function personOf({ steps }: Posting, text: string | undefined): string {
	const people = steps.flatMap((step) => step.people);
	const found = people.filter(({ id, email, name }) => text !== undefined && [id, email, name].includes(text));
	const [one, other] = found.filter(({ successor }) => successor === null);
	if (one && !other) return one.id;
	throw new UsageError(`'${text ?? ''}' is none of the people in it`, {
		hint: 'Name one by id, e-mail address or name: `paraph postings show` lists them.',
	});
}
