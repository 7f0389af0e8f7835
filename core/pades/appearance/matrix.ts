/** Transformations of the plane, `[a b c d e f]` as in PDF and SVG (ISO 32000-2, 8.3.3; SVG 2, 8). */

export type Matrix = readonly [number, number, number, number, number, number];

export const identity: Matrix = [1, 0, 0, 1, 0, 0];

/** First `inner`, then `outer`. */
export function multiply(outer: Matrix, inner: Matrix): Matrix {
	const [a, b, c, d, e, f] = outer;
	const [g, h, i, j, k, l] = inner;
	return [a * g + c * h, b * g + d * h, a * i + c * j, b * i + d * j, a * k + c * l + e, b * k + d * l + f];
}

/** The value of a `transform` attribute. @throws {Error} on a function that SVG does not know. */
export function parseTransform(text: string): Matrix {
	let matrix = identity;
	for (const [, name = '', list = ''] of text.matchAll(/([a-zA-Z]+)\s*\(([^)]*)\)/g)) {
		matrix = multiply(matrix, functionOf(name, numbersIn(list)));
	}
	return matrix;
}

function functionOf(name: string, [x = 0, y, z, ...rest]: readonly number[]): Matrix {
	switch (name) {
		case 'matrix':
			return [x, y ?? 0, z ?? 0, rest[0] ?? 0, rest[1] ?? 0, rest[2] ?? 0];
		case 'translate':
			return [1, 0, 0, 1, x, y ?? 0];
		case 'scale':
			return [x, 0, 0, y ?? x, 0, 0];
		case 'rotate':
			return rotation(x, y ?? 0, z ?? 0);
		case 'skewX':
			return [1, 0, Math.tan(radians(x)), 1, 0, 0];
		case 'skewY':
			return [1, Math.tan(radians(x)), 0, 1, 0, 0];
		default:
			throw new Error(`an unknown transformation ${name}`);
	}
}

function rotation(angle: number, x: number, y: number): Matrix {
	const [cos, sin] = [exact(Math.cos(radians(angle))), exact(Math.sin(radians(angle)))];
	return [cos, sin, -sin, cos, x - x * cos + y * sin, y - x * sin - y * cos];
}

/** Without the last digits, in which a quarter turn is not one. */
const exact = (value: number): number => Math.round(value * 1e12) / 1e12;

const radians = (degrees: number): number => (degrees * Math.PI) / 180;

export const numbersIn = (text: string): readonly number[] =>
	[...text.matchAll(/[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?/g)].map(([number]) => Number(number));
