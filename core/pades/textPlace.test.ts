import { degrees, PDFDocument, StandardFonts } from 'pdf-lib';
import { describe, expect, it } from 'vitest';
import { BytesSource } from '../pdf/byteSource.ts';
import { findTextPlace } from './textPlace.ts';

async function contract(rotation = 0): Promise<BytesSource> {
	const document = await PDFDocument.create();
	const font = await document.embedFont(StandardFonts.Helvetica);
	for (const y of [600, 300]) {
		const page = document.addPage([595, 842]);
		page.setRotation(degrees(rotation));
		page.drawText('Agreed and signed.', { x: 72, y: 700, size: 12, font });
		// In two pieces, as word processors write it.
		page.drawText('Signa', { x: 100, y, size: 10, font });
		page.drawText('ture:', { x: 100 + font.widthOfTextAtSize('Signa', 10), y, size: 10, font });
	}
	return new BytesSource(await document.save());
}

const wanted = { text: 'Signature:', occurrence: 1, offset: [0, -50] as const, size: [200, 60] as const };

describe('findTextPlace', () => {
	it('counts the offset from the lower left corner of the text', async () => {
		const place = await findTextPlace(await contract(), wanted);
		expect(place).toMatchObject({ page: 1, width: 200, height: 60 });
		expect(place.x).toBeCloseTo(100, 0);
		expect(place.y).toBeCloseTo(550, 0);
	});

	it('stands to the right of the text where no offset is given', async () => {
		const place = await findTextPlace(await contract(), { ...wanted, offset: undefined });
		expect(place.x).toBeGreaterThan(145);
		expect(place.x).toBeLessThan(160);
		expect(place.y).toBeCloseTo(600, 0);
	});

	it('finds a later occurrence on a later page', async () => {
		const place = await findTextPlace(await contract(), { ...wanted, occurrence: 2 });
		expect(place.page).toBe(2);
		expect(place.y).toBeCloseTo(250, 0);
	});

	it('measures on the page as displayed', async () => {
		const place = await findTextPlace(await contract(90), { ...wanted, offset: [0, 0] });
		// A page turned clockwise: what was up is right, what was left is up.
		expect(place.x).toBeCloseTo(600, 0);
		expect(place.y).toBeCloseTo(595 - 100, 0);
	});

	it.each([
		['Unterschrift', 1, "no page says 'Unterschrift'"],
		['Signature:', 3, "the pages say 'Signature:' 2 times, not 3 times"],
	])('says how often it found %s', async (text, occurrence, message) => {
		await expect(findTextPlace(await contract(), { ...wanted, text, occurrence })).rejects.toMatchObject({
			code: 'text-not-found',
			message,
		});
	});
});
