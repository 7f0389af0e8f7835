/** `--report KIND:PATH` of `paraph verify`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import type { DocumentVerdict } from '../core/validation/verdict/verdict.ts';
import { UsageError } from './errors.ts';

const extensions = { html: '.html', pdf: '.pdf', etsi: '.xml' } as const;
type ReportKind = keyof typeof extensions;

export interface ReportTarget {
	readonly kind: ReportKind;
	readonly path: string;
	/** Whether `path` is a folder with one report for each input. */
	readonly isFolder: boolean;
}

/** @throws {UsageError} for another form than `html:PATH`, `pdf:PATH`, `etsi:PATH`. */
export function readReports(values: readonly string[], inputs: number): readonly ReportTarget[] {
	return values.map((value) => {
		const split = value.indexOf(':');
		const kind = value.slice(0, split);
		const path = value.slice(split + 1);
		if (!isKind(kind) || path === '')
			throw new UsageError(`--report: '${value}' is no report`, { hint: 'Write html:PATH, pdf:PATH or etsi:PATH.' });
		return { kind, path, isFolder: inputs > 1 };
	});
}

const isKind = (text: string): text is ReportKind => Object.hasOwn(extensions, text);

export async function writeReport(target: ReportTarget, file: string, verdict: DocumentVerdict): Promise<void> {
	const path = target.isFolder
		? join(target.path, `${basename(file, extname(file))}${extensions[target.kind]}`)
		: target.path;
	if (target.isFolder) mkdirSync(target.path, { recursive: true });
	writeFileSync(path, await render(target.kind, basename(file), verdict));
}

async function render(kind: ReportKind, file: string, verdict: DocumentVerdict): Promise<string | Uint8Array> {
	switch (kind) {
		case 'html':
			return (await import('../core/validation/report/html.ts')).htmlReport(file, verdict);
		case 'pdf':
			return (await import('../core/validation/report/pdf.ts')).pdfReport(file, verdict);
		case 'etsi':
			return (await import('../core/validation/report/etsi.ts')).etsiReport(verdict);
	}
}
