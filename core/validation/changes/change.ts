import type { Rectangle } from '../../pdf/pages.ts';

/** From harmless to fatal: the level of a set of changes is its worst. */
export const changeLevels = ['none', 'lta', 'form-filling', 'annotations', 'disallowed'] as const;
export type ChangeLevel = (typeof changeLevels)[number];

/** What was done, one code for each rule that allows it or refuses it. */
export type ChangeKind =
	// lta
	| 'validation-data-added'
	| 'document-timestamp-added'
	| 'metadata-changed'
	| 'document-information-changed'
	| 'version-changed'
	| 'unused-objects-added'
	// form-filling
	| 'signature-added'
	| 'signature-field-added'
	| 'field-filled'
	| 'form-resources-added'
	| 'structure-element-added'
	| 'tab-order-set'
	// annotations
	| 'annotation-added'
	| 'annotation-changed'
	| 'annotation-removed'
	// disallowed
	| 'signature-removed'
	| 'signature-changed'
	| 'signature-appearance-changed'
	| 'locked-field-changed'
	| 'field-added'
	| 'field-removed'
	| 'field-changed'
	| 'field-appearance-changed'
	| 'form-changed'
	| 'page-added'
	| 'page-removed'
	| 'page-content-changed'
	| 'page-resources-changed'
	| 'page-changed'
	| 'annotation-over-content'
	| 'font-changed'
	| 'action-changed'
	| 'layers-changed'
	| 'structure-tree-changed'
	| 'catalog-changed'
	| 'encryption-changed'
	| 'object-freed'
	| 'object-reused'
	| 'object-ambiguous'
	| 'object-unexplained'
	| 'bytes-uncovered';

/** One change that a person can be shown. */
export interface Change {
	readonly what: ChangeKind;
	readonly level: ChangeLevel;
	/** From 1; undefined where it has no place on a page. */
	readonly page: number | undefined;
	/** In default user space of that page. */
	readonly rectangle: Rectangle | undefined;
	/** Object number, where it is one object's doing. */
	readonly object: number | undefined;
	/** Name of the field, key of the dictionary, subtype of the annotation. */
	readonly detail: string | undefined;
}

export interface ChangeAnalysis {
	readonly level: ChangeLevel;
	readonly items: readonly Change[];
}

export function worstLevel(levels: Iterable<ChangeLevel>): ChangeLevel {
	let worst = 0;
	for (const level of levels) worst = Math.max(worst, changeLevels.indexOf(level));
	return changeLevels[worst] ?? 'disallowed';
}
