/** PNG and TIFF predictors of Flate and LZW (ISO 32000-2, 7.4.4.4). */
import type { PdfDict } from './objects.ts';
import { PdfError } from './pdfError.ts';

/** Undoes what `/Predictor` says; data without one come back as they are. */
export function undoPredictor(data: Uint8Array, parameters: PdfDict | undefined): Uint8Array {
	const predictor = parameters?.integer('Predictor') ?? 1;
	if (predictor < 2) return data;
	const colors = parameters?.integer('Colors') ?? 1;
	const bits = parameters?.integer('BitsPerComponent') ?? 8;
	const columns = parameters?.integer('Columns') ?? 1;
	if (colors < 1 || colors > 32 || columns < 1 || columns > 2 ** 28 || ![1, 2, 4, 8, 16].includes(bits)) {
		throw new PdfError('damaged', 'the parameters of a predictor make no sense');
	}
	const pixel = Math.max(1, (colors * bits) >> 3);
	const row = Math.ceil((colors * bits * columns) / 8);
	return predictor === 2 ? undoTiff(data, row, colors, bits) : undoPng(data, row, pixel);
}

function undoPng(data: Uint8Array, row: number, pixel: number): Uint8Array {
	const rows = Math.ceil(data.length / (row + 1));
	const out = new Uint8Array(rows * row);
	let length = 0;
	for (let line = 0; line < rows; line++) {
		const from = line * (row + 1) + 1;
		const to = line * row;
		const count = Math.min(row, data.length - from);
		const kind = data[from - 1];
		for (let index = 0; index < count; index++) {
			const left = index >= pixel ? (out[to + index - pixel] ?? 0) : 0;
			const up = line > 0 ? (out[to - row + index] ?? 0) : 0;
			const upLeft = line > 0 && index >= pixel ? (out[to - row + index - pixel] ?? 0) : 0;
			out[to + index] = (data[from + index] ?? 0) + predict(kind, left, up, upLeft);
		}
		length += Math.max(0, count);
	}
	return out.subarray(0, length);
}

function predict(kind: number | undefined, left: number, up: number, upLeft: number): number {
	switch (kind) {
		case 1:
			return left;
		case 2:
			return up;
		case 3:
			return (left + up) >> 1;
		case 4:
			return paeth(left, up, upLeft);
		default:
			return 0;
	}
}

function paeth(left: number, up: number, upLeft: number): number {
	const estimate = left + up - upLeft;
	const toLeft = Math.abs(estimate - left);
	const toUp = Math.abs(estimate - up);
	const toUpLeft = Math.abs(estimate - upLeft);
	if (toLeft <= toUp && toLeft <= toUpLeft) return left;
	return toUp <= toUpLeft ? up : upLeft;
}

function undoTiff(data: Uint8Array, row: number, colors: number, bits: number): Uint8Array {
	const out = Uint8Array.from(data);
	const samples = Math.floor((row * 8) / bits);
	for (let start = 0; start < out.length; start += row) {
		for (let sample = colors; sample < samples; sample++) {
			const sum = readSample(out, start, sample, bits) + readSample(out, start, sample - colors, bits);
			writeSample(out, start, sample, bits, sum & (2 ** bits - 1));
		}
	}
	return out;
}

function readSample(bytes: Uint8Array, start: number, sample: number, bits: number): number {
	const at = start + ((sample * bits) >> 3);
	if (bits === 16) return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
	return ((bytes[at] ?? 0) >> (8 - bits - ((sample * bits) & 7))) & (2 ** bits - 1);
}

function writeSample(bytes: Uint8Array, start: number, sample: number, bits: number, value: number): void {
	const at = start + ((sample * bits) >> 3);
	if (at >= bytes.length) return;
	if (bits === 16) {
		bytes[at] = value >> 8;
		if (at + 1 < bytes.length) bytes[at + 1] = value & 0xff;
		return;
	}
	const shift = 8 - bits - ((sample * bits) & 7);
	const mask = (2 ** bits - 1) << shift;
	bytes[at] = ((bytes[at] ?? 0) & ~mask) | (value << shift);
}
