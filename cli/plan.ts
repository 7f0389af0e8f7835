/** `--check`: everything short of the PIN. */
import type { BatchItem } from '../core/batch/signBatch.ts';
import { type Survey, type SurveyedFile, type SurveyRequest, surveyBatch } from '../core/batch/survey.ts';
import { ExitCode } from './command.ts';
import { exitCodeOf, shapeError } from './errors.ts';
import { isNetwork } from './outcomeReport.ts';
import type { Output } from './output.ts';

/** Says of each file what would be done, and what would fail. @returns the exit code that signing would begin with. */
export async function planSigning(request: SurveyRequest, output: Output): Promise<number> {
	const survey = await surveyBatch({
		...request,
		onProgress: (done, total, file) => output.progress(done, total, file),
	});
	for (const file of survey.files) output.result(fileJson(file, survey), fileText(file, survey));
	for (const warning of survey.warnings) output.hint(`warning: ${explain(warning, survey)}`);
	const { signatures, timestamps, files, signer, obstacle } = survey;
	const signed = obstacle === undefined ? signatures : 0;
	output.hint(`${signed} of ${files.length} files would be signed with ${signer.subject}`);
	output.hint(`${timestamps} timestamps would be needed, and about ${inWords(survey.duration)}`);
	if (obstacle !== undefined) return isNetwork(obstacle) ? ExitCode.network : exitCodeOf(obstacle);
	return signed === files.length ? ExitCode.ok : ExitCode.failed;
}

function fileJson({ item, examination, obstacle, timestamps, warnings }: SurveyedFile, survey: Survey): object {
	const error = obstacle ?? survey.obstacle;
	return {
		file: item.file,
		out: item.out,
		outcome: 'checked',
		ok: error === undefined,
		requested: item.level,
		field: examination?.field ?? null,
		pages: examination?.pages ?? null,
		signatures: examination?.signatures ?? null,
		place: examination?.place ?? null,
		signer: survey.signer,
		timestamps,
		warnings: [...survey.warnings, ...warnings],
		error: error === undefined ? null : shapeError(error),
	};
}

function fileText({ item, examination, obstacle, warnings }: SurveyedFile<BatchItem>, survey: Survey): string {
	const error = obstacle ?? survey.obstacle;
	if (error !== undefined) return `${item.file}: cannot be signed: ${shapeError(error).message}`;
	const { field, place } = examination ?? {};
	const where = place
		? ` on page ${place.page} at ${[place.x, place.y, place.width, place.height].map(Math.round).join(',')}`
		: '';
	const notes = warnings.map((warning) => `\n  warning: ${explain(warning, survey)}`).join('');
	return `${item.file}: would be signed at ${item.level.toUpperCase()}${field === undefined ? '' : ` in '${field}'`}${where} → ${item.out}${notes}`;
}

function explain(warning: string, { certificateEnds }: Survey): string {
	switch (warning) {
		case 'signed-before':
			return 'carries a signature with this certificate already';
		case 'pin-each-time':
			return 'the key wants the PIN for each signature';
		case 'certificate-ends-soon':
			return `the certificate ends at ${certificateEnds.toISOString()}`;
		case 'certificate-ends-before-due':
			return `the certificate ends at ${certificateEnds.toISOString()}, before the bundle is due: until then nothing proves the time`;
		case 'revocation-not-checked':
			return 'whether the certificate is revoked could not be found out';
		default:
			return warning;
	}
}

function inWords(milliseconds: number): string {
	const seconds = Math.max(1, Math.round(milliseconds / 1000));
	return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}
