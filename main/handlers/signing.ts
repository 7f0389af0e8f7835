import { drawMark } from '../../core/pades/appearance/drawMark.ts';
import { markText } from '../../core/pades/appearance/markText.ts';
import type { FileOutcome } from '../../core/pades/fileOutcome.ts';
import type { Certificate } from '../../core/pki/certificate.ts';
import type { AddressOrigin } from '../../core/ports/fetcher.ts';
import type { JobId, OpenDocument, SigningOutcome, SigningStage } from '../../preload/contract.ts';
import type { OpenDocuments } from '../documents/openDocuments.ts';
import { failureOf } from '../failure.ts';
import type { Host } from '../host.ts';
import type { Signers } from '../keys/signers.ts';
import type { SettingsStore } from '../settings/settingsStore.ts';
import { extendDocument } from '../signing/extendDocument.ts';
import type { Jobs } from '../signing/jobs.ts';
import { openProofSources, type ProofSources } from '../signing/proofSources.ts';
import { signatureOptions, signDocument } from '../signing/signDocument.ts';
import type { WrittenOutcome } from '../signing/writtenOutcome.ts';
import type { TokenRegistry } from '../tokens/tokenRegistry.ts';
import type { FacadeHandlers } from './handlers.ts';

export interface SigningParts {
	readonly documents: OpenDocuments;
	readonly tokens: TokenRegistry;
	readonly signers: Signers;
	readonly store: SettingsStore;
	readonly host: Host;
	/** Those of the postings as well: `cancel` knows a job by its id alone. */
	readonly jobs: Jobs;
	readonly env: NodeJS.ProcessEnv;
}

/** Choosing a certificate, previewing the mark, signing, and completing what is not complete. */
export function signingHandlers(parts: SigningParts): FacadeHandlers<'signing'> {
	const { documents, tokens, signers, store, host, jobs, env } = parts;
	const tellStage = (job: JobId) => (stage: SigningStage) => host.tell('signingStage', { job, stage });
	const sources = (origin: (signer: Certificate) => AddressOrigin): ProofSources =>
		openProofSources(store.configuration, store.anchors, env, origin);
	const shaped = async (outcome: WrittenOutcome, password: string | undefined) =>
		signingOutcome(outcome, await documents.open(outcome.out, password));
	return {
		identities: () => tokens.identities(),
		async preview({ handle, identity, ...request }) {
			documents.get(handle);
			const { certificate } = tokens.identity(identity);
			const { width, height } = request.mark.rectangle;
			const { pdf } = await drawMark({ width, height, text: markText(signatureOptions(request), certificate) });
			return new Uint8Array(pdf);
		},
		sign: (request) =>
			jobs.run(request.job, async (signal) => {
				const opened = documents.get(request.handle);
				const outcome = await signDocument(request, {
					opened,
					sources: sources(() => 'own-certificate'),
					signers,
					signal,
					onStage: tellStage(request.job),
				});
				return shaped(outcome, opened.password);
			}),
		complete: ({ job, handle, level }) =>
			jobs.run(job, async (signal) => {
				const opened = documents.get(handle);
				const outcome = await extendDocument(level, {
					opened,
					sources: sources((signer) => (tokens.holds(signer) ? 'own-certificate' : 'stranger')),
					signal,
					onStage: tellStage(job),
				});
				return shaped(outcome, opened.password);
			}),
		async cancel({ job }) {
			jobs.cancel(job);
			return null;
		},
	};
}

function signingOutcome(outcome: FileOutcome, document: OpenDocument): SigningOutcome {
	const { requested, level = requested, pending, error, warnings } = outcome;
	return {
		outcome: outcome.outcome === 'incomplete' ? 'incomplete' : 'signed',
		document,
		requested,
		level,
		pending,
		cause: error === undefined ? null : failureOf(error),
		warnings,
	};
}
