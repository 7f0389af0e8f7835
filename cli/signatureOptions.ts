import { type CornerPlace, readCorner } from '../core/pades/cornerPlace.ts';
import { isLevel, type Level } from '../core/pades/level.ts';
import type { Certification, FieldLock, MarkOptions, Place, SignatureOptions } from '../core/pades/options.ts';
import type { TextPlace } from '../core/pades/textPlace.ts';
import type { OptionTable } from './arguments.ts';
import { UsageError } from './errors.ts';
import { readOptionFile } from './optionFile.ts';

/** What a signature says and shows: the same for `sign` and `prepare`. */
export const signatureOptionTable = {
	field: 'text',
	visible: 'text',
	'at-text': 'text',
	offset: 'text',
	size: 'text',
	image: 'text',
	text: 'text',
	reason: 'text',
	location: 'text',
	contact: 'text',
	name: 'text',
	certify: 'text',
	lock: 'text',
	xmp: 'text',
	pss: 'flag',
} as const satisfies OptionTable;

export type SignatureArguments = {
	readonly [K in keyof typeof signatureOptionTable]: K extends 'pss' ? boolean : string | undefined;
};

/** What the options say, but for the moment of signing and the place that must be searched for. */
export type RequestedSignature = Omit<SignatureOptions, 'signingTime' | 'digest' | 'studio'> & {
	/** Instead of `place`: depends on the document. */
	readonly soughtPlace: TextPlace | CornerPlace | undefined;
};

export const signatureHelp = `  --field NAME              sign this empty field, or create it
  --visible PAGE:X,Y,W,H    show the signature: PAGE from 1 or 'last', from the lower left corner
                            of the page as displayed, in 1/72 inch; or PAGE:CORNER, for example
                            last:bottom-right, for a mark of the usual size
  --at-text "TEXT[#N]" --offset X,Y --size W,H
                            show it beside the N-th place where a page says TEXT (offset from its
                            lower left corner; to its right where left out)
  --image FILE              PNG, JPEG or SVG in the visible signature
  --text TEMPLATE           its text: {name} {time} {reason} {location} {contact} {issuer} {serial}
  --reason, --location, --contact, --name TEXT
  --certify no-changes|form-filling|annotations
  --lock all|include:A,B|exclude:A,B
  --xmp FILE                add this XMP packet to the document's metadata`;

/** @throws {UsageError} */
export function readSignatureOptions(options: SignatureArguments): RequestedSignature {
	if (options.visible !== undefined && options['at-text'] !== undefined) {
		throw new UsageError('--visible and --at-text exclude each other');
	}
	if (options.visible !== undefined && (options.offset !== undefined || options.size !== undefined)) {
		throw new UsageError('--offset and --size belong to --at-text; --visible says place and size itself');
	}
	return {
		pss: options.pss,
		field: nonEmpty(options.field, '--field'),
		...(options.visible === undefined
			? { place: undefined, soughtPlace: options['at-text'] === undefined ? undefined : readTextPlace(options) }
			: readVisible(options.visible)),
		mark: readMark(options),
		reason: options.reason,
		location: options.location,
		contact: options.contact,
		name: options.name,
		certify: options.certify === undefined ? undefined : readCertification(options.certify),
		lock: options.lock === undefined ? undefined : readLock(options.lock),
		xmp: options.xmp === undefined ? undefined : readOptionFile('--xmp', options.xmp),
	};
}

/** @throws {UsageError} */
export function readLevel(text: string): Level {
	const level = text.toLowerCase();
	if (!isLevel(level))
		throw new UsageError(`'${text}' is not a level`, { hint: 'Levels are b-b, b-t, b-lt and b-lta.' });
	return level;
}

/** `PAGE:X,Y,W,H` or `PAGE:CORNER`. @throws {UsageError} */
export function readVisible(text: string): Pick<RequestedSignature, 'place' | 'soughtPlace'> {
	const corner = readCorner(text.trim());
	return corner ? { place: undefined, soughtPlace: corner } : { place: readPlace(text), soughtPlace: undefined };
}

/** `PAGE:X,Y,W,H`. @throws {UsageError} */
function readPlace(text: string): Place {
	const match = /^(\d+|last):([^,]+),([^,]+),([^,]+),([^,]+)$/.exec(text.trim());
	const [x, y, width, height] = (match?.slice(2) ?? []).map(toNumber);
	const page = match?.[1] === 'last' ? 'last' : Number(match?.[1]);
	if (x === undefined || y === undefined || width === undefined || height === undefined || page === 0) {
		throw new UsageError(`'${text}' is not a place`, {
			hint: 'Write it as PAGE:X,Y,W,H or PAGE:CORNER, for example 1:72,72,200,60 or last:bottom-right.',
		});
	}
	if (width <= 0 || height <= 0) throw new UsageError(`'${text}': width and height must be more than 0`);
	return { page, x, y, width, height };
}

/** `TEXT` or `TEXT#2`. @throws {UsageError} */
export function readTextPlace(options: {
	readonly 'at-text': string | undefined;
	readonly offset: string | undefined;
	readonly size: string | undefined;
}): TextPlace {
	const match = /^(.+?)(?:#(\d+))?$/s.exec(options['at-text'] ?? '');
	const text = match?.[1];
	const occurrence = Number(match?.[2] ?? 1);
	if (text === undefined || occurrence < 1)
		throw new UsageError("--at-text wants a text, and after '#' a number from 1");
	return {
		text,
		occurrence,
		offset: options.offset === undefined ? undefined : readPair(options.offset, '--offset'),
		size: readPair(options.size ?? '200,60', '--size'),
	};
}

function readPair(text: string, option: string): readonly [number, number] {
	const [first, second, ...more] = text.split(',').map(toNumber);
	if (first === undefined || second === undefined || more.length > 0) {
		throw new UsageError(`${option}: '${text}' is not a pair of numbers`);
	}
	return [first, second];
}

function readMark(options: SignatureArguments): MarkOptions | undefined {
	if (options.image === undefined && options.text === undefined) return undefined;
	return {
		text: options.text,
		image: options.image === undefined ? undefined : readOptionFile('--image', options.image),
	};
}

function readCertification(text: string): Certification {
	if (text === 'no-changes' || text === 'form-filling' || text === 'annotations') return text;
	throw new UsageError(`--certify: '${text}' is none of no-changes, form-filling, annotations`);
}

function readLock(text: string): FieldLock {
	if (text === 'all') return { action: 'all' };
	const match = /^(include|exclude):(.+)$/s.exec(text);
	const fields = match?.[2]?.split(',').filter((field) => field !== '');
	if (!match || !fields?.length) throw new UsageError(`--lock: '${text}' is none of all, include:A,B, exclude:A,B`);
	return { action: match[1] === 'include' ? 'include' : 'exclude', fields };
}

function nonEmpty(text: string | undefined, option: string): string | undefined {
	if (text === '') throw new UsageError(`${option} must not be empty`);
	return text;
}

function toNumber(text: string): number | undefined {
	const trimmed = text.trim();
	return /^[-+]?(\d+\.?\d*|\.\d+)$/.test(trimmed) ? Number(trimmed) : undefined;
}
