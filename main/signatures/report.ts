import { assertNever } from '../../core/ports/errors.ts';
import { htmlReport } from '../../core/validation/report/html.ts';
import { jsonReport } from '../../core/validation/report/json.ts';
import { pdfReport } from '../../core/validation/report/pdf.ts';
import type { DocumentVerdict } from '../../core/validation/verdict/verdict.ts';

export type ReportFormat = 'html' | 'pdf' | 'json';

/** The verdict on a file to be kept: for people as a page or a PDF, for programs as `paraph verify --json` has it. */
export async function writeReport(
	format: ReportFormat,
	file: string,
	verdict: DocumentVerdict,
): Promise<string | Uint8Array> {
	switch (format) {
		case 'html':
			return htmlReport(file, verdict);
		case 'pdf':
			return pdfReport(file, verdict);
		case 'json':
			return `${JSON.stringify(jsonReport(file, verdict), null, '\t')}\n`;
		default:
			return assertNever(format);
	}
}
