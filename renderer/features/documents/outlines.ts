import type { TFunction } from 'i18next';
import type { EmptyField, FileVerdict, Reply } from '../../../preload/contract.ts';
import type { Outline } from '../../frame/protocol.ts';

/** What is outlined on the pages: marks of signatures, changes made after signing, and, while signing, empty fields. */
export function outlinesOf(
	reply: Reply<FileVerdict> | null,
	emptyFields: readonly EmptyField[],
	t: TFunction,
): readonly Outline[] {
	const outlines: Outline[] = [];
	/** A change spoils every signature before it, and is outlined once. */
	const outlined = new Set<string>();
	for (const field of emptyFields) {
		if (field.page === null || field.rectangle === null || field.rectangle.width <= 0) continue;
		outlines.push({ tone: 'field', page: field.page, rectangle: field.rectangle, label: field.name });
	}
	for (const signature of reply?.ok ? reply.value.signatures : []) {
		if (signature.state !== 'changed') continue;
		for (const { page, rectangle, what } of signature.changes.items) {
			// What a page draws may be anywhere on it: then all of it is outlined, so that nothing else looks sound.
			if (page === null) continue;
			const { x, y, width, height } = rectangle ?? {};
			const spot = [page, x, y, width, height].join(' ');
			if (outlined.has(spot)) continue;
			outlined.add(spot);
			outlines.push({ tone: 'change', page, rectangle, label: t('panel.change', { what }) });
		}
	}
	return outlines;
}
