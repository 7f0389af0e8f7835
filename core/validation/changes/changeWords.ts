import type { Change, ChangeKind } from './change.ts';

/** What was done, in the words of whoever looks at the document. */
const words: Readonly<Record<ChangeKind, string>> = {
	'validation-data-added': 'proof for signatures was added',
	'document-timestamp-added': 'a timestamp was added',
	'metadata-changed': 'the description of the document was changed',
	'document-information-changed': 'title, author or dates of the document were changed',
	'version-changed': 'the version of the file format was changed',
	'unused-objects-added': 'something was added that nothing shows',
	'signature-added': 'another signature was added',
	'signature-field-added': 'a place for another signature was added',
	'field-filled': 'a form field was filled in',
	'form-resources-added': 'fonts for form fields were added',
	'structure-element-added': 'what assistive technology reads of new annotations was added',
	'tab-order-set': 'the order of form fields was set',
	'annotation-added': 'an annotation was added',
	'annotation-changed': 'an annotation was changed',
	'annotation-removed': 'an annotation was removed',
	'signature-removed': 'a signature was removed',
	'signature-changed': 'a signature was replaced',
	'signature-appearance-changed': 'the look of a signature was changed',
	'locked-field-changed': 'a form field was changed that a signature locks',
	'field-added': 'a form field was added',
	'field-removed': 'a form field was removed',
	'field-changed': 'a form field was changed',
	'field-appearance-changed': 'a form field looks otherwise than its value',
	'form-changed': 'the form was changed',
	'page-added': 'a page was added',
	'page-removed': 'a page was removed',
	'page-content-changed': 'what a page says was changed',
	'page-resources-changed': 'what a page is drawn with was changed',
	'page-changed': 'a page was changed',
	'annotation-over-content': 'something was put over the page that can hide or replace what it says',
	'font-changed': 'a font was changed',
	'action-changed': 'what the document does by itself was changed',
	'layers-changed': 'layers of the document were changed',
	'structure-tree-changed': 'what assistive technology reads was changed',
	'catalog-changed': 'settings of the document were changed',
	'encryption-changed': 'the encryption of the document was changed',
	'object-freed': 'a part of the document was taken away',
	'object-reused': 'a part of the document was replaced that is used elsewhere, too',
	'object-ambiguous': 'something was added that each program reads otherwise',
	'object-unexplained': 'a part of the document was changed',
	'bytes-uncovered': 'bytes were added that belong to nothing',
};

/** `what a page says was changed (page 2, Contents)`. */
export function changeInWords({ what, page, detail }: Pick<Change, 'what' | 'page' | 'detail'>): string {
	const place = [page && `page ${page}`, detail].filter(Boolean).join(', ');
	return place === '' ? words[what] : `${words[what]} (${place})`;
}
