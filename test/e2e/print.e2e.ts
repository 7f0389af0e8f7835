import type { Page } from '@playwright/test';
import { PDFDocument, StandardFonts } from 'pdf-lib';
import { expect, firstPageDrawn, test } from './desk.ts';

test('prints every page, drawn or not, each on paper of its own size', async ({ openDesk }) => {
	const { page, complaints } = await openDesk({ files: { 'long.pdf': await longPdf(12) } });
	await firstPageDrawn(page);
	await inFrame(page, watchPrinting);
	await page.keyboard.press('Control+p');
	await expect.poll(() => inFrame(page, 'globalThis.printed'), { timeout: 30_000 }).toHaveLength(12);
	const printed = await inFrame(page, 'globalThis.printed');
	expect(printed).toContainEqual('paper-596-842 1241x1754');
	expect(printed).toContainEqual('paper-842-596 1754x1241');
	// Afterwards nothing of it is kept.
	await expect(page.getByText(/for printing$/)).toBeHidden();
	expect(await inFrame(page, "document.querySelectorAll('.sheet').length")).toBe(0);
	expect(complaints).toEqual([]);
});

test('tells how far it is with a long document, and can be cancelled', async ({ openDesk }) => {
	const { page } = await openDesk({ files: { 'long.pdf': await longPdf(200) } });
	await firstPageDrawn(page);
	await inFrame(page, watchPrinting);
	await page.getByRole('button', { name: 'Print', exact: true }).click();
	await expect(page.getByText(/^Preparing page \d+ of 200 for printing$/)).toBeVisible();
	await page.getByRole('button', { name: 'Cancel' }).click();
	await expect(page.getByText(/for printing$/)).toBeHidden();
	expect(await inFrame(page, 'globalThis.printed')).toBeNull();
});

/** Pages of A4, every other one lying. */
async function longPdf(pages: number): Promise<Uint8Array> {
	const pdf = await PDFDocument.create();
	const font = await pdf.embedFont(StandardFonts.Helvetica);
	for (let number = 1; number <= pages; number++) {
		const page = pdf.addPage(number % 2 === 1 ? [595.28, 841.89] : [841.89, 595.28]);
		page.drawText(`Page ${number}`, { x: 72, y: 480, size: 40, font });
	}
	return pdf.save();
}

/** Takes the place of the browser's dialog, and notes what is on the sheets when it would open. */
const watchPrinting = `
	globalThis.printed = null;
	globalThis.print = () => {
		globalThis.printed = [...document.querySelectorAll('.sheet')].map((sheet) => {
			const { naturalWidth, naturalHeight } = sheet.querySelector('img');
			return sheet.style.page + ' ' + naturalWidth + 'x' + naturalHeight;
		});
	};
`;

/** A text, since the tests know no DOM. */
const inFrame = (page: Page, script: string): Promise<unknown> | undefined => page.frames().at(-1)?.evaluate(script);
