/** The completion bundle: everything the owner takes away, in one ZIP. */
import { type Zippable, zipSync } from 'fflate';
import type { Attachment } from './archivalPdf.ts';

/** Of every entry: the same content is the same bundle. */
const entryTime = new Date(1980, 0, 1);

export interface BundleContent {
	readonly documents: readonly { readonly name: string; readonly bytes: Uint8Array }[];
	readonly receipts: readonly { readonly name: string; readonly bytes: Uint8Array }[];
	/** The signature object and the event extract. */
	readonly evidence: readonly Attachment[];
}

export function packBundle({ documents, receipts, evidence }: BundleContent): Uint8Array {
	const taken = new Set<string>();
	const entries: Zippable = {};
	const add = (folder: string, name: string, bytes: Uint8Array): void => {
		entries[`${folder}${freeName(safeName(name), taken, folder)}`] = bytes;
	};
	for (const { name, bytes } of documents) add('documents/', withExtension(name), bytes);
	for (const { name, bytes } of receipts) add('receipts/', withExtension(name), bytes);
	for (const { name, bytes } of evidence) add('', name, bytes);
	// PDFs hardly shrink, and what is signed should be found as it is.
	return zipSync(entries, { level: 0, mtime: entryTime });
}

/** Names come from people: nothing in them may lead out of the folder that somebody unpacks into, or be a device. */
function safeName(name: string): string {
	const plain = name
		.normalize('NFC')
		.replace(/[\p{Cc}\p{Cf}<>:"/\\|?*]/gu, '_')
		.replace(/^[. ]+|[. ]+$/g, '');
	return /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i.test(plain) || plain === '' ? `_${plain}` : plain.slice(0, 120);
}

const withExtension = (name: string): string => (/\.pdf$/i.test(name) ? name : `${name}.pdf`);

/** Two documents may have one name, or names that some file systems take for one. */
function freeName(name: string, taken: Set<string>, folder: string): string {
	const [, stem = name, extension = ''] = /^(.*?)(\.[^.]*)?$/su.exec(name) ?? [];
	for (let count = 1; ; count++) {
		const candidate = count === 1 ? name : `${stem} (${count})${extension}`;
		const key = `${folder}${candidate.toLowerCase()}`;
		if (taken.has(key)) continue;
		taken.add(key);
		return candidate;
	}
}
