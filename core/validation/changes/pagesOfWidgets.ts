import type { PdfDocument } from '../../pdf/document.ts';
import type { Widget } from '../../pdf/fields.ts';
import { PdfRef } from '../../pdf/objects.ts';
import type { Rectangle } from '../../pdf/pages.ts';

/** Looks up the page of each widget, having gone through all pages once. */
export class PagesOfWidgets {
	readonly #document: PdfDocument;
	#pages: ReadonlyMap<number, number> | undefined;

	constructor(document: PdfDocument) {
		this.#document = document;
	}

	/** Page (from 1) and rectangle of the first widget that shows. */
	place(widgets: readonly Widget[]): { page: number | undefined; rectangle: Rectangle | undefined } {
		const widget = widgets.find((candidate) => candidate.rectangle) ?? widgets[0];
		if (!widget?.ref) return { page: undefined, rectangle: widget?.rectangle };
		this.#pages ??= this.#read();
		return { page: this.#pages.get(widget.ref.number), rectangle: widget.rectangle };
	}

	#read(): ReadonlyMap<number, number> {
		const pages = new Map<number, number>();
		for (const page of this.#document.pages)
			for (const item of page.dict.array('Annots')?.items ?? [])
				if (item instanceof PdfRef && !pages.has(item.number)) pages.set(item.number, page.index + 1);
		return pages;
	}
}
