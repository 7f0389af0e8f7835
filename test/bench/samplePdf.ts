/** PDFs written by hand for measuring: their size and their number of objects are exact, and cost nothing to make. */
import { randomFillSync } from 'node:crypto';
import { closeSync, openSync, writeSync } from 'node:fs';

const MEBIBYTE = 1 << 20;

export interface SampleShape {
	/** Bytes of one stream that no page uses, random so that nothing can compress it. */
	readonly payload: number;
	/** Further small dictionaries, each an object of its own. */
	readonly objects: number;
}

/** Writes a valid one-page PDF 1.7 with a cross-reference table. */
export function writeSamplePdf(path: string, shape: SampleShape): void {
	const file = new CountingFile(path);
	const offsets: number[] = [];
	const begin = (number: number): void => {
		offsets[number] = file.length;
	};
	file.text('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n');
	begin(1);
	file.text('1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n');
	begin(2);
	file.text('2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n');
	begin(3);
	file.text('3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << >> >>\nendobj\n');
	begin(4);
	file.text(`4 0 obj\n<< /Length ${shape.payload} >>\nstream\n`);
	file.random(shape.payload);
	file.text('\nendstream\nendobj\n');
	for (let number = 5; number < 5 + shape.objects; number++) {
		begin(number);
		file.text(`${number} 0 obj\n<< /Number ${number} >>\nendobj\n`);
	}
	const startxref = file.length;
	file.text(`xref\n0 ${offsets.length}\n0000000000 65535 f \n`);
	for (const offset of offsets.slice(1)) file.text(`${String(offset).padStart(10, '0')} 00000 n \n`);
	file.text(`trailer\n<< /Size ${offsets.length} /Root 1 0 R >>\nstartxref\n${startxref}\n%%EOF\n`);
	file.close();
}

/** Collects small writes, and knows how far it is. */
class CountingFile {
	length = 0;
	readonly #descriptor: number;
	#pending: string[] = [];
	#pendingLength = 0;

	constructor(path: string) {
		this.#descriptor = openSync(path, 'w');
	}

	text(text: string): void {
		this.#pending.push(text);
		this.#pendingLength += text.length;
		this.length += text.length;
		if (this.#pendingLength > MEBIBYTE) this.#flush();
	}

	random(bytes: number): void {
		this.#flush();
		const block = Buffer.alloc(Math.min(bytes, 16 * MEBIBYTE));
		for (let left = bytes; left > 0; left -= block.length) {
			randomFillSync(block);
			writeSync(this.#descriptor, block, 0, Math.min(left, block.length));
		}
		this.length += bytes;
	}

	close(): void {
		this.#flush();
		closeSync(this.#descriptor);
	}

	#flush(): void {
		if (this.#pendingLength > 0) writeSync(this.#descriptor, Buffer.from(this.#pending.join(''), 'latin1'));
		this.#pending = [];
		this.#pendingLength = 0;
	}
}
