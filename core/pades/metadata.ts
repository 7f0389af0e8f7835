import type { IncrementalUpdate } from '../pdf/incrementalUpdate.ts';
import { name, PdfDict, PdfStream } from '../pdf/objects.ts';
import { changeDict } from './signatureField.ts';
import { SigningError } from './signingError.ts';

const maximumPacket = 16 * 1024 * 1024;

/**
 * Adds the descriptions of an XMP packet to the document's metadata (ISO 16684-1, 7.4); without metadata it becomes it.
 *
 * The stream stays uncompressed, as PDF/A-1 asks (ISO 19005-1, 6.7.2).
 *
 * @throws {SigningError} `xmp-invalid`.
 */
export function addMetadata(update: IncrementalUpdate, packet: Uint8Array): void {
	const { document } = update;
	const added = parsePacket(packet, 'the XMP packet');
	const stream = document.catalog.stream('Metadata');
	const ref = document.catalog.ref('Metadata');
	const dict = PdfDict.of({ Type: name('Metadata'), Subtype: name('XML') });
	if (!stream || !ref) {
		const made = update.add(new PdfStream(dict, packet));
		changeDict(update, update.catalogRef(), (catalog) => catalog.with({ Metadata: made }));
		return;
	}
	const present = parsePacket(document.streamData(stream, maximumPacket), "the document's metadata");
	const merged = `${present.before}${present.descriptions}${added.descriptions}${present.after}`;
	update.set(ref, new PdfStream(dict, Buffer.from(merged, 'utf8')));
}

/** The text around and inside `rdf:RDF`. */
function parsePacket(bytes: Uint8Array, what: string): { before: string; descriptions: string; after: string } {
	const text = new TextDecoder('utf-8').decode(bytes);
	const match = /^(.*<rdf:RDF\b[^>]*>)(.*)(<\/rdf:RDF\s*>.*)$/s.exec(text);
	const [, before, descriptions, after] = match ?? [];
	if (before === undefined || descriptions === undefined || after === undefined || !isBalanced(text)) {
		throw new SigningError('xmp-invalid', `${what} is not an XMP packet in UTF-8`);
	}
	return { before, descriptions, after };
}

/** Whether every element is closed in order: enough to keep one document's markup out of another's. */
function isBalanced(text: string): boolean {
	const open: string[] = [];
	const markup = /<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|<(\/?)([\w:.-]+)(?:\s[^<>]*?)?(\/?)>|<|>/gs;
	for (const [token, closing, element, empty] of text.matchAll(markup)) {
		if (token === '<') return false;
		if (element === undefined || empty === '/') continue;
		if (closing !== '/') open.push(element);
		else if (open.pop() !== element) return false;
	}
	return open.length === 0;
}
