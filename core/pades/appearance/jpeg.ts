/** What must be known of a JPEG before it is shown (ITU-T T.81, Annex B; Exif 2.32, 4.6): its pixels stay packed. */

export interface Jpeg {
	/** How it is to be turned, as Exif numbers it: 1 upright, 3 upside down, 6 and 8 lying, the even ones below 8 mirrored. */
	readonly orientation: number;
	/** Whether its end is there. */
	readonly isWhole: boolean;
}

const startOfScan = 0xda;
const endOfImage = 0xd9;
const exifSegment = 0xe1;

/** Never throws: what cannot be read is upright. */
export function inspectJpeg(bytes: Uint8Array): Jpeg {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	let orientation = 1;
	let position = 2;
	while (position + 4 <= bytes.length && bytes[position] === 0xff) {
		const marker = bytes[position + 1];
		if (marker === startOfScan) return { orientation, isWhole: hasEnd(bytes, position) };
		const length = view.getUint16(position + 2);
		if (marker === exifSegment) orientation = orientationIn(bytes.subarray(position + 4, position + 2 + length));
		position += 2 + length;
	}
	return { orientation, isWhole: false };
}

/** Thumbnails, which end likewise, come before the scan. */
function hasEnd(bytes: Uint8Array, scan: number): boolean {
	return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf(Buffer.of(0xff, endOfImage), scan) >= 0;
}

const orientationTag = 0x0112;

function orientationIn(segment: Uint8Array): number {
	const tiff = segment.subarray(6);
	if (Buffer.from(segment.subarray(0, 4)).toString('latin1') !== 'Exif' || tiff.length < 8) return 1;
	const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength);
	const little = tiff[0] === 0x49;
	const directory = view.getUint32(4, little);
	if (directory + 2 > tiff.length) return 1;
	const count = view.getUint16(directory, little);
	for (let entry = directory + 2; entry + 12 <= tiff.length && entry < directory + 2 + 12 * count; entry += 12) {
		if (view.getUint16(entry, little) !== orientationTag) continue;
		const value = view.getUint16(entry + 8, little);
		return value >= 1 && value <= 8 ? value : 1;
	}
	return 1;
}
