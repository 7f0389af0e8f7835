/**
 * Documents for tests, written without the code under test: a few objects as text, with the cross-reference of one's
 * choice.
 */
import { deflateSync } from 'node:zlib';

export interface SampleOptions {
	/** Number to syntax, `1` being the catalog. */
	readonly objects: Readonly<Record<number, string>>;
	/** `packed`: as `stream`, the objects in an object stream. */
	readonly kind?: 'table' | 'stream' | 'packed' | 'hybrid';
	/** Further trailer entries, as syntax. */
	readonly trailer?: string;
	/** Put before the header. */
	readonly junk?: string;
	/** After `%%EOF`. */
	readonly ending?: string;
}

/** A catalog, a page tree with `count` pages, and nothing else. */
export function pagesAsObjects(count = 1): Record<number, string> {
	const numbers = Array.from({ length: count }, (_, index) => index + 3);
	return {
		1: '<</Type/Catalog/Pages 2 0 R>>',
		2: `<</Type/Pages/Count ${count}/Kids[${numbers.map((number) => `${number} 0 R`).join(' ')}]/MediaBox[0 0 595 842]>>`,
		...Object.fromEntries(numbers.map((number) => [number, '<</Type/Page/Parent 2 0 R>>'])),
	};
}

/** Offsets count from the header. */
export function sampleDocument(options: SampleOptions): Buffer {
	const { kind = 'table', trailer = '', junk = '', ending = '\n' } = options;
	const body = new Body('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n');
	const own = Object.entries(options.objects).filter(([number]) => kind !== 'packed' || number === '0');
	for (const [number, syntax] of own) body.object(Number(number), syntax);
	const size = Math.max(...Object.keys(options.objects).map(Number)) + 1;
	let start: number;
	if (kind === 'table' || kind === 'hybrid') {
		const hidden = kind === 'hybrid' ? body.hiddenObject(size) : undefined;
		start = body.table(size, `${trailer}${hidden === undefined ? '' : `/XRefStm ${hidden}`}`);
	} else {
		if (kind === 'packed') body.objectStream(size, options.objects);
		start = body.stream(kind === 'packed' ? size + 1 : size, trailer);
	}
	body.text(`startxref\n${start}\n%%EOF${ending}`);
	return Buffer.concat([Buffer.from(junk, 'latin1'), body.bytes()]);
}

type Row = readonly [type: number, second: number, third: number];

class Body {
	readonly #pieces: Buffer[] = [];
	readonly #rows = new Map<number, Row>([[0, [0, 0, 65535]]]);
	#length = 0;

	constructor(header: string) {
		this.text(header);
	}

	text(text: string): number {
		const piece = Buffer.from(text, 'latin1');
		this.#pieces.push(piece);
		const start = this.#length;
		this.#length += piece.length;
		return start;
	}

	bytes(): Buffer {
		return Buffer.concat(this.#pieces);
	}

	object(number: number, syntax: string): number {
		const start = this.text(`${number} 0 obj\n${syntax}\nendobj\n`);
		this.#rows.set(number, [1, start, 0]);
		return start;
	}

	objectStream(number: number, objects: Readonly<Record<number, string>>): void {
		let head = '';
		let data = '';
		Object.entries(objects).forEach(([packed, syntax], index) => {
			head += `${packed} ${data.length} `;
			data += `${syntax} `;
			this.#rows.set(Number(packed), [2, number, index]);
		});
		const entries = `/Type/ObjStm/N ${Object.keys(objects).length}/First ${head.length}`;
		this.object(number, streamSyntax(entries, Buffer.from(head + data, 'latin1')));
	}

	/** An object in a stream that the table does not know, under number `size`; the place of its cross-reference stream. */
	hiddenObject(size: number): number {
		const hidden = new Body('');
		hidden.#length = this.#length;
		hidden.objectStream(size + 1, { [size]: '(hidden)' });
		hidden.#rows.delete(0);
		const start = hidden.stream(size + 2, '');
		this.text(hidden.bytes().toString('latin1'));
		return start;
	}

	table(size: number, trailer: string): number {
		const rows = Array.from({ length: size }, (_, number) => {
			const [type, offset, generation] = this.#rows.get(number) ?? [0, 0, 0];
			const digits = `${String(offset).padStart(10, '0')} ${String(generation).padStart(5, '0')}`;
			return `${digits} ${type === 1 ? 'n' : 'f'} \n`;
		});
		return this.text(`xref\n0 ${size}\n${rows.join('')}trailer\n<</Size ${size}/Root 1 0 R${trailer}>>\n`);
	}

	stream(number: number, trailer: string): number {
		const start = this.#length;
		this.#rows.set(number, [1, start, 0]);
		const numbers = [...this.#rows.keys()].sort((a, b) => a - b);
		const rows = Buffer.concat(
			numbers.map((entry) => {
				const [type, second, third] = this.#rows.get(entry) ?? [0, 0, 0];
				return Buffer.from([type, second >> 24, second >> 16, second >> 8, second, third >> 8, third]);
			}),
		);
		const index = numbers.map((entry) => `${entry} 1`).join(' ');
		const entries = `/Type/XRef/W[1 4 2]/Index[${index}]/Size ${number + 1}/Root 1 0 R${trailer}`;
		this.text(`${number} 0 obj\n${streamSyntax(entries, rows)}\nendobj\n`);
		return start;
	}
}

/** A compressed stream. */
export function streamSyntax(entries: string, data: Uint8Array): string {
	const encoded = deflateSync(data);
	return `<<${entries}/Filter/FlateDecode/Length ${encoded.length}>>stream\n${encoded.toString('latin1')}\nendstream`;
}
