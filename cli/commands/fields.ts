import { addFields } from '../../core/pades/addFields.ts';
import { placeInCorner } from '../../core/pades/cornerPlace.ts';
import { Draft } from '../../core/pades/draft.ts';
import { toDisplay } from '../../core/pades/geometry.ts';
import type { Place } from '../../core/pades/options.ts';
import { checkOutput } from '../../core/pades/outputFile.ts';
import type { PdfDocument } from '../../core/pdf/document.ts';
import { formFields, pageOfWidget, signatureFields } from '../../core/pdf/fields.ts';
import { commonOptions, parseArguments } from '../arguments.ts';
import { ExitCode, type Io } from '../command.ts';
import { UsageError } from '../errors.ts';
import { readVariable, withSuffix } from '../inputs.ts';
import { Output } from '../output.ts';
import { readVisible } from '../signatureOptions.ts';

export const help = `Usage: paraph fields FILE [OPTIONS]
       paraph fields add FILE --name N [--visible PAGE:X,Y,W,H|PAGE:CORNER] [OPTIONS]

Lists the form fields of a PDF, or adds an empty signature field for someone to sign later.

  --name N                  the new field's name; repeatable, each with its --visible
  --visible PAGE:X,Y,W,H    where it shows, or PAGE:CORNER (for example last:bottom-right); left out,
                            the field is invisible
  --out FILE                default: NAME-fields.pdf beside the input
  --force                   replace an existing output
  --password-env VAR        password of an encrypted PDF
  --json                    one JSON object a line

Exit codes: 0 done · 1 not possible · 2 usage`;

const table = {
	...commonOptions,
	name: 'texts',
	visible: 'texts',
	out: 'text',
	force: 'flag',
	'password-env': 'text',
} as const;

export async function run(args: readonly string[], io: Io): Promise<number> {
	const { options, files, order } = parseArguments(args, table);
	const adds = files[0] === 'add';
	const [file, ...more] = adds ? files.slice(1) : files;
	if (file === undefined || more.length > 0)
		throw new UsageError('one file is wanted', { hint: 'See `paraph fields --help`.' });
	if (!adds && (options.name.length > 0 || options.visible.length > 0 || options.out !== undefined))
		throw new UsageError('--name, --visible and --out belong to `paraph fields add`', {
			hint: 'See `paraph fields --help`.',
		});
	const output = new Output(io, options.json);
	const variable = options['password-env'];
	const password = variable === undefined ? undefined : readVariable(io, variable, '--password-env');
	const draft = Draft.open(file, { password, digest: 'sha256' });
	try {
		if (adds) await add(draft, file, options, readNewFields(order), output);
		else list(draft, output);
	} finally {
		draft.close();
	}
	return ExitCode.ok;
}

function list({ document, path }: Draft, output: Output): void {
	const signatures = new Map(signatureFields(document).map((field) => [field.name, field]));
	const fields = formFields(document);
	if (fields.length === 0) output.hint(`${path}: there are no form fields`);
	for (const field of fields) {
		const [widget] = field.widgets;
		const index = widget && pageOfWidget(document, widget);
		const page = index === undefined ? undefined : index + 1;
		const shown =
			widget?.rectangle && index !== undefined ? toDisplay(document.pages.get(index), widget.rectangle) : undefined;
		const signature = signatures.get(field.name);
		const signed = signature?.signature !== undefined;
		const rect = shown && [shown.x, shown.y, shown.width, shown.height].map((value) => Math.round(value * 100) / 100);
		const type = fieldTypes[field.type ?? ''] ?? 'unknown';
		const state = type === 'signature' ? (signed ? ', signed' : ', empty') : '';
		const where = page === undefined ? '' : `, page ${page}${rect ? ` at ${rect.join(',')}` : ', invisible'}`;
		output.result(
			{
				name: field.name,
				type,
				signed: type === 'signature' ? signed : null,
				page: page ?? null,
				rect: rect ?? null,
				lock: signature?.lock ? { action: signature.lock.action.toLowerCase(), fields: signature.lock.fields } : null,
				seedValue: signature?.seedValue !== undefined,
			},
			`${field.name}: ${type}${state}${where}`,
		);
	}
}

const fieldTypes: Readonly<Record<string, string>> = { Sig: 'signature', Tx: 'text', Btn: 'button', Ch: 'choice' };

interface NewField {
	readonly name: string;
	readonly visible: string | undefined;
}

async function add(
	draft: Draft,
	file: string,
	options: { readonly out: string | undefined; readonly force: boolean },
	fields: readonly NewField[],
	output: Output,
): Promise<void> {
	const out = options.out ?? withSuffix(file, '-fields');
	const overwrite = options.force ? 'force' : 'never';
	checkOutput(file, out, overwrite, 0);
	const places = fields.map(({ name, visible }) => ({
		name,
		place: visible === undefined ? undefined : placeOf(visible, draft.document),
	}));
	draft.append(addFields(draft.document, places));
	await draft.save(out, overwrite);
	for (const { name } of fields)
		output.result({ file, out, field: name, outcome: 'added', ok: true }, `${file}: field '${name}' added → ${out}`);
}

function placeOf(visible: string, document: PdfDocument): Place | undefined {
	const { place, soughtPlace } = readVisible(visible);
	return soughtPlace && 'corner' in soughtPlace ? placeInCorner(document, soughtPlace) : place;
}

/** Each --visible belongs to the --name before it. */
function readNewFields(order: readonly { readonly name: string; readonly value: string }[]): readonly NewField[] {
	const fields: NewField[] = [];
	let early: string | undefined;
	for (const { name, value } of order) {
		if (name === 'name') {
			fields.push({ name: value, visible: early });
			early = undefined;
		}
		if (name === 'visible') {
			const last = fields.pop();
			if (last) fields.push({ ...last, visible: value });
			else early = value;
		}
	}
	if (fields.length === 0) throw new UsageError('--name is missing', { hint: 'See `paraph fields --help`.' });
	return fields;
}
