/** The verdict for people, as a PDF: the same words as the HTML report, a page of plain words first. */
import fontkit from '@cantoo/fontkit';
import { PDFDocument } from 'pdf-lib';
import type { DocumentVerdict, Indication, SignatureVerdict } from '../verdict/verdict.ts';
import { cardOf, stateWords } from './card.ts';
import { type Colour, PageWriter } from './pageWriter.ts';
import { inEnglish, summarise } from './sentences.ts';
import { signatureRows } from './signatureRows.ts';

const colours: Readonly<Record<Indication | 'NO-SIGNATURE', Colour>> = {
	'TOTAL-PASSED': [0.1, 0.5, 0.22],
	INDETERMINATE: [0.54, 0.35, 0],
	'TOTAL-FAILED': [0.7, 0.15, 0.12],
	'NO-SIGNATURE': [0.4, 0.4, 0.4],
};
const testColour: Colour = [0.36, 0.16, 0.53];
const quiet: Colour = [0.35, 0.35, 0.35];

export async function pdfReport(file: string, verdict: DocumentVerdict): Promise<Uint8Array> {
	const document = await PDFDocument.create();
	document.registerFontkit(fontkit);
	document.setTitle(`Signatures of ${file}`);
	document.setLanguage('en');
	const writer = new PageWriter(document);
	const { indication, signatures } = verdict;
	const sentences = summarise(verdict);
	for (const sentence of sentences.filter(({ code }) => code === 'test-only'))
		await writer.write(inEnglish(sentence), { colour: testColour, bar: testColour });
	await writer.write('Signatures of', { size: 9, colour: quiet });
	await writer.write(file, { size: 18 });
	const state = indication === 'NO-SIGNATURE' ? 'Not signed' : stateWords[indication];
	await writer.write(state, { size: 15, colour: colours[indication] });
	for (const sentence of sentences.filter(({ code }) => code !== 'test-only')) await writer.write(inEnglish(sentence));
	for (const signature of signatures) await writeCard(writer, signature);
	if (signatures.length > 0) {
		writer.startPage();
		await writer.write('Details', { size: 15 });
		for (const signature of signatures) await writeDetails(writer, signature);
	}
	writer.skip(14);
	const asking = verdict.online ? 'with' : 'without';
	const judged = `Judged for ${verdict.time.toISOString()} by “${verdict.policy}”, ${asking} asking the network.`;
	await writer.write(judged, { size: 8, colour: quiet });
	return document.save();
}

async function writeCard(writer: PageWriter, signature: SignatureVerdict): Promise<void> {
	const { title, indication, state, sentences } = cardOf(signature);
	const bar = colours[indication];
	writer.skip(12);
	writer.keepTogether(80);
	await writer.write(title, { size: 12, bar });
	await writer.write(state, { colour: bar, bar });
	for (const sentence of sentences) await writer.write(sentence, { size: 10, bar });
}

async function writeDetails(writer: PageWriter, signature: SignatureVerdict): Promise<void> {
	writer.skip(12);
	writer.keepTogether(80);
	await writer.write(cardOf(signature).name, { size: 12 });
	for (const [label, value] of signatureRows(signature)) await writer.write(value, { size: 8.5, label });
	for (const { code, message } of [...signature.errors, ...signature.warnings])
		await writer.write(`${code}: ${message}`, { size: 8.5, colour: quiet });
}
