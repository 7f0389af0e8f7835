/** Path data and basic shapes of SVG (SVG 2, 9 and 10), as lines and Bézier curves in absolute coordinates. */
import type { SvgElement } from './svgTree.ts';

export type Segment =
	| readonly ['M' | 'L', number, number]
	| readonly ['C', number, number, number, number, number, number]
	| readonly ['Z'];

/** The outline of a shape; `undefined` for an element that is none. */
export function outlineOf(element: SvgElement): readonly Segment[] | undefined {
	const number = (name: string): number => Number.parseFloat(element.attributes.get(name) ?? '0') || 0;
	switch (element.name) {
		case 'path':
			return parsePath(element.attributes.get('d') ?? '');
		case 'rect':
			return rectangle(element, number);
		case 'circle':
			return ellipse(number('cx'), number('cy'), number('r'), number('r'));
		case 'ellipse':
			return ellipse(number('cx'), number('cy'), number('rx'), number('ry'));
		case 'line':
			return [
				['M', number('x1'), number('y1')],
				['L', number('x2'), number('y2')],
			];
		case 'polyline':
			return parsePath(`M${element.attributes.get('points') ?? ''}`);
		case 'polygon':
			return parsePath(`M${element.attributes.get('points') ?? ''}Z`);
		default:
			return undefined;
	}
}

/** Of a quarter of a circle. */
const KAPPA = 0.552284749831;

function ellipse(x: number, y: number, rx: number, ry: number): readonly Segment[] {
	if (rx <= 0 || ry <= 0) return [];
	const [kx, ky] = [rx * KAPPA, ry * KAPPA];
	return [
		['M', x + rx, y],
		['C', x + rx, y + ky, x + kx, y + ry, x, y + ry],
		['C', x - kx, y + ry, x - rx, y + ky, x - rx, y],
		['C', x - rx, y - ky, x - kx, y - ry, x, y - ry],
		['C', x + kx, y - ry, x + rx, y - ky, x + rx, y],
		['Z'],
	];
}

function rectangle({ attributes }: SvgElement, number: (name: string) => number): readonly Segment[] {
	const [x, y, width, height] = [number('x'), number('y'), number('width'), number('height')];
	if (width <= 0 || height <= 0) return [];
	const rx = Math.min(number(attributes.has('rx') ? 'rx' : 'ry'), width / 2);
	const ry = Math.min(number(attributes.has('ry') ? 'ry' : 'rx'), height / 2);
	const [right, bottom] = [x + width, y + height];
	if (rx <= 0 || ry <= 0) return [['M', x, y], ['L', right, y], ['L', right, bottom], ['L', x, bottom], ['Z']];
	const arc = `A${rx} ${ry} 0 0 1 `;
	return parsePath(
		`M${x + rx} ${y}H${right - rx}${arc}${right} ${y + ry}V${bottom - ry}${arc}${right - rx} ${bottom}` +
			`H${x + rx}${arc}${x} ${bottom - ry}V${y + ry}${arc}${x + rx} ${y}Z`,
	);
}

/** What is wrong in it ends it, as SVG 2, 9.5.4 has it: what came before is drawn. */
export function parsePath(data: string): readonly Segment[] {
	const reader = new PathReader(data);
	const pen = new Pen();
	let command = '';
	while (!reader.atEnd) {
		command = reader.takeCommand() ?? following(command);
		const count = argumentCounts[command.toUpperCase()];
		if (count === undefined || (pen.segments.length === 0 && command.toUpperCase() !== 'M')) break;
		const values = reader.takeNumbers(count, command.toUpperCase() === 'A');
		if (values === undefined) break;
		pen.draw(command, values);
	}
	return pen.segments;
}

const argumentCounts: Readonly<Record<string, number>> = { M: 2, L: 2, H: 1, V: 1, C: 6, S: 4, Q: 4, T: 2, A: 7, Z: 0 };

/** More coordinates after a command repeat it; after a move they are lines. */
function following(command: string): string {
	if (command === 'M') return 'L';
	if (command === 'm') return 'l';
	return command.toUpperCase() === 'Z' ? '' : command;
}

class PathReader {
	readonly #data: string;
	#position = 0;

	constructor(data: string) {
		this.#data = data;
		this.#skip();
	}

	get atEnd(): boolean {
		return this.#position >= this.#data.length;
	}

	takeCommand(): string | undefined {
		const char = this.#data[this.#position];
		if (char === undefined || !/[a-zA-Z]/.test(char)) return undefined;
		this.#position++;
		this.#skip();
		return char;
	}

	/** @param isArc the fourth and fifth are flags: one digit each, perhaps without a blank after it. */
	takeNumbers(count: number, isArc: boolean): readonly number[] | undefined {
		const values: number[] = [];
		while (values.length < count) {
			const isFlag = isArc && (values.length === 3 || values.length === 4);
			const pattern = isFlag ? /[01]/y : /[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?/y;
			pattern.lastIndex = this.#position;
			const found = pattern.exec(this.#data)?.[0];
			if (found === undefined) return undefined;
			values.push(Number(found));
			this.#position += found.length;
			this.#skip();
		}
		return values;
	}

	#skip(): void {
		while (/[\s,]/.test(this.#data[this.#position] ?? '')) this.#position++;
	}
}

/** Follows the commands, and knows where it is. */
class Pen {
	readonly segments: Segment[] = [];
	#x = 0;
	#y = 0;
	#startX = 0;
	#startY = 0;
	/** The last control point, of which smooth curves take the mirror image; with the command it came from. */
	#control: readonly [kind: 'C' | 'Q', x: number, y: number] | undefined;

	draw(command: string, values: readonly number[]): void {
		const kind = command.toUpperCase();
		const isRelative = command !== kind;
		const [dx, dy] = isRelative ? [this.#x, this.#y] : [0, 0];
		const at = (index: number): [number, number] => [(values[index] ?? 0) + dx, (values[index + 1] ?? 0) + dy];
		switch (kind) {
			case 'M':
				[this.#startX, this.#startY] = at(0);
				this.#to('M', ...at(0));
				return;
			case 'L':
			case 'T':
				if (kind === 'L') this.#to('L', ...at(0));
				else this.#quadratic(...this.#mirrored('Q'), ...at(0));
				return;
			case 'H':
				this.#to('L', (values[0] ?? 0) + dx, this.#y);
				return;
			case 'V':
				this.#to('L', this.#x, (values[0] ?? 0) + dy);
				return;
			case 'C':
				this.#curve(...at(0), ...at(2), ...at(4));
				return;
			case 'S':
				this.#curve(...this.#mirrored('C'), ...at(0), ...at(2));
				return;
			case 'Q':
				this.#quadratic(...at(0), ...at(2));
				return;
			case 'A':
				this.#arc(values, ...at(5));
				return;
			default:
				this.segments.push(['Z']);
				[this.#x, this.#y, this.#control] = [this.#startX, this.#startY, undefined];
		}
	}

	#to(kind: 'M' | 'L', x: number, y: number): void {
		this.segments.push([kind, x, y]);
		[this.#x, this.#y, this.#control] = [x, y, undefined];
	}

	#curve(x1: number, y1: number, x2: number, y2: number, x: number, y: number): void {
		this.segments.push(['C', x1, y1, x2, y2, x, y]);
		[this.#x, this.#y, this.#control] = [x, y, ['C', x2, y2]];
	}

	#quadratic(cx: number, cy: number, x: number, y: number): void {
		const third = (from: number, to: number): number => from + ((to - from) * 2) / 3;
		this.#curve(third(this.#x, cx), third(this.#y, cy), third(x, cx), third(y, cy), x, y);
		this.#control = ['Q', cx, cy];
	}

	#mirrored(kind: 'C' | 'Q'): [number, number] {
		const [was, x, y] = this.#control ?? [];
		return was === kind ? [2 * this.#x - (x ?? 0), 2 * this.#y - (y ?? 0)] : [this.#x, this.#y];
	}

	/** SVG 2, B.2.4: from end points to the centre; then a curve for each quarter. */
	#arc(values: readonly number[], x: number, y: number): void {
		const [rx0 = 0, ry0 = 0, turn = 0, large = 0, sweep = 0] = values;
		let [rx, ry] = [Math.abs(rx0), Math.abs(ry0)];
		if (rx === 0 || ry === 0 || (x === this.#x && y === this.#y)) {
			this.#to('L', x, y);
			return;
		}
		const phi = (turn * Math.PI) / 180;
		const [cos, sin] = [Math.cos(phi), Math.sin(phi)];
		const [hx, hy] = [(this.#x - x) / 2, (this.#y - y) / 2];
		const [px, py] = [cos * hx + sin * hy, cos * hy - sin * hx];
		const stretch = Math.hypot(px / rx, py / ry);
		if (stretch > 1) [rx, ry] = [rx * stretch, ry * stretch];
		const [a, b] = [px / rx, py / ry];
		const distance = Math.sqrt(Math.max(0, 1 / (a * a + b * b) - 1)) * (large === sweep ? -1 : 1);
		// On the unit circle that the ellipse is an image of.
		const [ux, uy] = [distance * b, -distance * a];
		const start = Math.atan2(b - uy, a - ux);
		let span = Math.atan2(-b - uy, -a - ux) - start;
		if (sweep === 1 && span < 0) span += 2 * Math.PI;
		if (sweep === 0 && span > 0) span -= 2 * Math.PI;
		const middle = [(this.#x + x) / 2, (this.#y + y) / 2] as const;
		const place = (u: number, v: number): [number, number] => [
			middle[0] + cos * rx * (ux + u) - sin * ry * (uy + v),
			middle[1] + sin * rx * (ux + u) + cos * ry * (uy + v),
		];
		const pieces = Math.ceil(Math.abs(span) / (Math.PI / 2) - 1e-9);
		const step = span / pieces;
		const reach = (4 / 3) * Math.tan(step / 4);
		for (let piece = 0; piece < pieces; piece++) {
			const [from, to] = [start + piece * step, start + (piece + 1) * step];
			const [c0, s0, c1, s1] = [Math.cos(from), Math.sin(from), Math.cos(to), Math.sin(to)];
			const end: [number, number] = piece === pieces - 1 ? [x, y] : place(c1, s1);
			this.#curve(...place(c0 - reach * s0, s0 + reach * c0), ...place(c1 + reach * s1, s1 - reach * c1), ...end);
		}
		this.#control = undefined;
	}
}
