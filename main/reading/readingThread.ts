/** The thread in which documents are read: whatever a file does to it, the host's own thread answers on. */
import { parentPort } from 'node:worker_threads';
import { READY } from '../../core/threads/threadPool.ts';
import type { Failure } from '../../preload/contract.ts';
import { writeBatchReport } from '../batch/resultReport.ts';
import { failureOf } from '../failure.ts';
import { describeDocument } from './description.ts';
import { signaturesAlone, writeWithFields } from './fields.ts';
import { judgeForReport, judgeForWindow, signatureEnds } from './judging.ts';
import { DocumentSurvey, type DocumentToSurvey } from './survey.ts';

const documents = new DocumentSurvey();

const tasks = {
	describeDocument,
	judgeForWindow,
	judgeForReport,
	signatureEnds,
	writeWithFields,
	signaturesAlone,
	surveyDocument: (wanted: DocumentToSurvey) => documents.survey(wanted),
	writeBatchReport,
} as const;

/** What can be asked of the thread; arguments and answers are plain data. */
export type ReadingTasks = typeof tasks;

export interface ReadingQuestion {
	readonly task: keyof ReadingTasks;
	readonly argument: unknown;
}

export type ReadingReply =
	| { readonly kind: 'answer'; readonly value: unknown }
	| { readonly kind: 'failure'; readonly failure: Failure };

const tell = (reply: ReadingReply | typeof READY): void => parentPort?.postMessage(reply);

parentPort?.on('message', async ({ task, argument }: ReadingQuestion) => {
	try {
		// The pool pairs each task with its argument; the type of a message cannot.
		tell({ kind: 'answer', value: await Reflect.apply(tasks[task], undefined, [argument]) });
	} catch (error) {
		tell({ kind: 'failure', failure: failureOf(error) });
	}
});

tell(READY);
