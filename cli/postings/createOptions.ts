import { z } from 'zod';
import { type NamedPerson, roles } from '../../preload/contract.ts';
import { UsageError } from '../errors.ts';
import { readOptionFile } from '../optionFile.ts';
import { readPerson } from './readPerson.ts';

const level = z.enum(['b-b', 'b-t', 'b-lt', 'b-lta']);
const time = z.iso.datetime({ offset: true }).or(z.iso.date());

const field = z.strictObject({
	document: z.string(),
	page: z.int().min(1),
	x: z.number(),
	y: z.number(),
	width: z.number().positive(),
	height: z.number().positive(),
});

/** What `--spec` may say; documents are named by the path or file name they were given with. */
const postingSpec = z.strictObject({
	title: z.string().optional(),
	message: z.string().default(''),
	level: level.optional(),
	assurance: z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)]).optional(),
	until: time.optional(),
	delete: time.optional(),
	remindAfterDays: z.int().min(1).max(90).nullable().optional(),
	allowDelegation: z.boolean().default(false),
	documents: z.array(z.string()).min(1),
	steps: z
		.array(
			z.strictObject({
				/** How many of its people it needs; all where it is left out. */
				count: z.int().min(1).optional(),
				/** All where it is left out. */
				documents: z.array(z.string()).optional(),
				people: z
					.array(
						z.strictObject({
							name: z.string(),
							email: z.string(),
							identifier: z.string().nullable().default(null),
							language: z.enum(['en', 'nb', 'fr', 'de']).default('en'),
							role: z.enum(roles).default('signer'),
							fields: z.array(field).default([]),
						}),
					)
					.min(1),
			}),
		)
		.min(1),
});
export type PostingSpec = z.infer<typeof postingSpec>;

export const createOptionTable = {
	spec: 'text',
	title: 'text',
	message: 'text',
	to: 'texts',
	step: 'texts',
	role: 'texts',
	level: 'text',
	assurance: 'text',
	until: 'text',
	delete: 'text',
	remind: 'text',
	'allow-delegation': 'flag',
} as const;

interface CreateArguments {
	readonly spec: string | undefined;
	readonly title: string | undefined;
	readonly message: string | undefined;
	readonly level: string | undefined;
	readonly assurance: string | undefined;
	readonly until: string | undefined;
	readonly delete: string | undefined;
	readonly remind: string | undefined;
	readonly 'allow-delegation': boolean;
}

type Order = readonly { readonly name: string; readonly value: string }[];

/** What is to be sent, from a file or from options. @throws {UsageError} */
export function readSpec(options: CreateArguments, files: readonly string[], order: Order): PostingSpec {
	if (options.spec !== undefined) {
		if (files.length > 0 || order.some(({ name }) => name === 'to')) {
			throw new UsageError('--spec names documents and people itself');
		}
		return parsed(JSON.parse(readOptionFile('--spec', options.spec).toString('utf8')), '--spec');
	}
	return parsed(
		{
			title: options.title,
			message: options.message,
			level: options.level,
			assurance: options.assurance === undefined ? undefined : Number(options.assurance),
			until: options.until,
			delete: options.delete,
			remindAfterDays: options.remind === undefined ? undefined : Number(options.remind) || null,
			allowDelegation: options['allow-delegation'],
			documents: files,
			steps: stepsIn(order),
		},
		'options',
	);
}

/** `--step 2` and `--role approver` hold for every `--to` behind them. */
function stepsIn(order: Order): readonly { readonly people: readonly (NamedPerson & { readonly role: string })[] }[] {
	const steps = new Map<number, (NamedPerson & { readonly role: string })[]>();
	let step = 1;
	let role = 'signer';
	for (const { name, value } of order) {
		if (name === 'step') step = Number(value);
		if (name === 'role') role = value;
		if (name === 'to') steps.set(step, [...(steps.get(step) ?? []), { ...readPerson(value), role }]);
	}
	return [...steps].toSorted(([one], [other]) => one - other).map(([, people]) => ({ people }));
}

function parsed(value: unknown, where: string): PostingSpec {
	const result = postingSpec.safeParse(value);
	if (result.success) return result.data;
	throw new UsageError(`${where}: ${z.prettifyError(result.error)}`, { hint: 'See `paraph postings --help`.' });
}
