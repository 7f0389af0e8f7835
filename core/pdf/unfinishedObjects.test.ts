import { describe, expect, it } from 'vitest';
import { BytesSource } from './byteSource.ts';
import { PdfDocument } from './document.ts';
import { pagesAsObjects, sampleDocument } from './sampleDocument.ts';
import { unfinishedObjects } from './unfinishedObjects.ts';

/** A sound document whose free entry for object 5 is made to lead to where `ending` begins, after the `%%EOF`. */
function withEntryForEnding(ending: string): PdfDocument {
	const text = sampleDocument({ objects: { ...pagesAsObjects(), 6: 'null' }, ending: `\n${ending}` }).toString(
		'latin1',
	);
	const at = String(text.length - ending.length).padStart(10, '0');
	// Object 4 is the first unused one, 5 the second.
	const changed = text.replace(/(0000000000 00000 f \n)(0000000000 00000 f \n)/, `$1${at} 00000 n \n`);
	return PdfDocument.open(new BytesSource(Buffer.from(changed, 'latin1')));
}

it('are none in a sound document', () => {
	for (const kind of ['table', 'stream', 'packed', 'hybrid'] as const) {
		const document = PdfDocument.open(new BytesSource(sampleDocument({ objects: pagesAsObjects(3), kind })));
		expect(unfinishedObjects(document)).toEqual([]);
	}
});

describe('are found', () => {
	it.each([
		['at the end, where nothing is yet', ''],
		['begun', '5 0 obj\n'],
		['open', '5 0 obj\n<</Type/Page'],
		['closed as a dictionary, which may become a stream', '5 0 obj\n<</Length 5>>\n'],
		['closed before a comment', '5 0 obj\n<</Length 5>>\n%%EOF\n'],
		['a stream without an end', '5 0 obj\n<</Length 5>>stream\nab'],
		['a number that may get more digits', '5 0 obj\n12'],
	])('%s', (_, ending) => {
		expect(unfinishedObjects(withEntryForEnding(ending))).toEqual([5]);
	});
});
