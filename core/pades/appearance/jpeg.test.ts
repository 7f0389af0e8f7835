import { describe, expect, it } from 'vitest';
import { inspectJpeg } from './jpeg.ts';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');
const scan = hex('ffda 0008 0101 0000 3f00 1234 ffd9');

/** Exif with one entry, its byte order as named. */
function exif(orientation: number, order: 'II' | 'MM'): Buffer {
	const little = order === 'II';
	const tiff = little
		? hex('49492a00 08000000 0100 12010300 01000000 0000 0000 00000000')
		: hex('4d4d002a 00000008 0001 01120003 00000001 0000 0000 00000000');
	if (little) tiff.writeUInt16LE(orientation, 18);
	else tiff.writeUInt16BE(orientation, 18);
	const body = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff]);
	const head = hex('ffe1 0000');
	head.writeUInt16BE(body.length + 2, 2);
	return Buffer.concat([head, body]);
}

describe('a JPEG', () => {
	it.each(['II', 'MM'] as const)('is turned as Exif says in byte order %s', (order) => {
		expect(inspectJpeg(Buffer.concat([hex('ffd8'), exif(6, order), scan])).orientation).toBe(6);
	});

	it('is upright where nothing, or nonsense, is said', () => {
		expect(inspectJpeg(Buffer.concat([hex('ffd8'), scan]))).toEqual({ orientation: 1, isWhole: true });
		expect(inspectJpeg(Buffer.concat([hex('ffd8'), exif(77, 'II'), scan])).orientation).toBe(1);
	});

	it.each([
		['in its scan', Buffer.concat([hex('ffd8'), scan.subarray(0, -2)])],
		['before it', hex('ffd8ffe0')],
		['in Exif', Buffer.concat([hex('ffd8'), exif(6, 'II').subarray(0, 16)])],
	])('that was cut off %s is not whole', (_where, bytes) => {
		expect(inspectJpeg(bytes).isWhole).toBe(false);
	});
});
