/** PDFs with images in the two formats that pdf.js decodes by WebAssembly or not at all; the codestreams are by hand. */
import { PDFDocument, PDFName } from 'pdf-lib';

const SIDE = 8;

const marker = (code: number, ...body: number[]) => [0xff, code, ...(body.length ? [0, body.length + 2, ...body] : [])];
const long = (value: number) => [0, 0, value >> 8, value & 0xff];

/**
 * A JPEG 2000 codestream (ITU-T T.800) of 8 × 8 grey pixels whose one packet is empty: all coefficients are zero, which is
 * the middle grey.
 */
const grey = Uint8Array.from([
	...marker(0x4f), // SOC
	...marker(0x51, 0, 0, ...[SIDE, SIDE, 0, 0, SIDE, SIDE, 0, 0].flatMap(long), 0, 1, 7, 1, 1), // SIZ
	...marker(0x52, 0, 0, 0, 1, 0, 0, 4, 4, 0, 1), // COD: one layer, no decomposition, 64 × 64 blocks, 5/3
	...marker(0x5c, 0x40, 0x40), // QCD: none, one subband
	...marker(0x90, 0, 0, ...long(15), 0, 1), // SOT: one tile part of 15 octets
	...marker(0x93), // SOD
	0, // the empty packet
	...marker(0xd9), // EOC
]);

/** JBIG2 segments (ITU-T T.88) of a page of 8 × 8 pixels that is black from the start, and on which nothing is drawn. */
const black = Uint8Array.from([
	...[...long(0), 48, 0, 1, ...long(19)], // segment 0: page information, of page 1
	...[...long(SIDE), ...long(SIDE), ...long(0), ...long(0), 0b100, 0, 0],
	...[...long(1), 49, 0, 1, ...long(0)], // segment 1: end of page
]);

const images = {
	JPXDecode: { bytes: grey, colours: { ColorSpace: 'DeviceGray' } },
	JBIG2Decode: { bytes: black, colours: { ColorSpace: 'DeviceGray', BitsPerComponent: 1 } },
	/** A codestream that ends in its first header. */
	broken: { bytes: grey.slice(0, 20), colours: { ColorSpace: 'DeviceGray' } },
};

/** One page of 200 × 100 points; the images stand side by side, 100 × 100 points each. */
export async function pdfWithImages(...kinds: readonly (keyof typeof images)[]): Promise<Uint8Array> {
	const pdf = await PDFDocument.create();
	const page = pdf.addPage([200, 100]);
	const drawn = kinds.map((kind, index) => {
		const { bytes, colours } = images[kind];
		const image = pdf.context.stream(bytes, {
			Type: 'XObject',
			Subtype: 'Image',
			Width: SIDE,
			Height: SIDE,
			Filter: kind === 'broken' ? 'JPXDecode' : kind,
			...colours,
		});
		page.node.setXObject(PDFName.of(`I${index}`), pdf.context.register(image));
		return `q 100 0 0 100 ${index * 100} 0 cm /I${index} Do Q`;
	});
	page.node.set(PDFName.of('Contents'), pdf.context.register(pdf.context.stream(drawn.join('\n'))));
	return pdf.save();
}
