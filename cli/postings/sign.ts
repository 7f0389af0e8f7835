import { completePosting } from '../../main/postings/completePosting.ts';
import { toSign } from '../../main/postings/postingShape.ts';
import { signPosting } from '../../main/postings/signPosting.ts';
import type { Posting, PostingSigned } from '../../preload/contract.ts';
import { commonOptions, parseArguments } from '../arguments.ts';
import { ExitCode, type Io } from '../command.ts';
import { UsageError } from '../errors.ts';
import { openEvidence } from '../evidence.ts';
import { Output } from '../output.ts';
import { rememberingOrigin } from '../ownCertificates.ts';
import { tsaOptionTable } from '../timestampServers.ts';
import { keyOptionTable, openSigner } from '../tokenOptions.ts';
import { configure, openFetcher, openTimestamps, timestampsInReach, workplaceOptionTable } from '../workplace.ts';
import { exchange, findPosting, waiting, withOffice } from './office.ts';

const table = {
	...commonOptions,
	...workplaceOptionTable,
	...keyOptionTable,
	...tsaOptionTable,
	reason: 'text',
	location: 'text',
} as const;

const completionTable = { ...commonOptions, ...workplaceOptionTable, ...tsaOptionTable } as const;

/** Signs what waits for this person in a posting, or the documents that are named, at the level that the posting asks for. */
export async function sign(args: readonly string[], io: Io): Promise<number> {
	const { options, files, order } = parseArguments(args, table);
	const output = new Output(io, options.json);
	const configuration = configure(options, order, io);
	return withOffice(configuration, io, output, async (office) => {
		const { desk, opened, reading, folder } = office;
		if (!options.offline) await exchange(office, io, waiting(office));
		const [id, ...named] = files;
		const posting = await findPosting(office, id);
		const present = await desk.present(posting.id);
		const open = toSign(present).filter(
			({ document }) => named.length === 0 || named.includes(document.id) || named.includes(document.name),
		);
		if (open.length === 0) throw new UsageError('there is nothing for you to sign in it');
		const seen = [];
		for (const { document } of open) {
			const { blob } = await desk.fetchDocument(posting.id, document.id);
			seen.push({ document: document.id, sha256: blob.sha256 });
		}
		const fetcher = await openFetcher(configuration);
		const supply = timestampsInReach(configuration, await openTimestamps(configuration, fetcher, io, output));
		const evidence = await openEvidence(configuration, fetcher, rememberingOrigin(io.env));
		const signer = await openSigner(options, configuration, io);
		try {
			const { documents } = await signPosting(present, seen, {
				opened,
				reading,
				folder,
				signer,
				sources: { offline: configuration.get('network.offline'), supply, evidence },
				words: { reason: options.reason, location: options.location },
				signal: io.signal,
				onStage: () => undefined,
			});
			return tell(documents, posting, output);
		} finally {
			await signer.close();
		}
	});
}

/** Adds what they lack to signatures that were made and kept, and sends them; no key is needed. */
export async function complete(args: readonly string[], io: Io): Promise<number> {
	const { options, files, order } = parseArguments(args, completionTable);
	const output = new Output(io, options.json);
	const configuration = configure(options, order, io);
	return withOffice(configuration, io, output, async (office) => {
		const { desk, opened, folder } = office;
		const posting = await findPosting(office, files[0]);
		const fetcher = await openFetcher(configuration);
		const supply = timestampsInReach(configuration, await openTimestamps(configuration, fetcher, io, output));
		const evidence = await openEvidence(configuration, fetcher, rememberingOrigin(io.env));
		const { documents } = await completePosting(await desk.present(posting.id), {
			opened,
			folder,
			sources: { offline: configuration.get('network.offline'), supply, evidence },
			signal: io.signal,
			onStage: () => undefined,
		});
		return tell(documents, posting, output);
	});
}

/** One line a document. @returns the exit code for all of them. */
function tell(documents: PostingSigned['documents'], posting: Posting, output: Output): number {
	for (const result of documents) {
		const name = posting.documents.find((one) => one.id === result.document)?.name ?? result.document;
		const why = result.failure?.message ?? result.outcome;
		output.result(
			{ posting: posting.id, name, ...result },
			result.outcome === 'incomplete' ? `${name}: signed and kept, not complete: ${why}` : `${name}: ${why}`,
		);
	}
	if (documents.some(({ outcome }) => outcome === 'incomplete'))
		output.hint(`Complete it later, without the card: paraph postings complete ${posting.id}`);
	if (documents.some(({ outcome }) => outcome === 'failed' || outcome === 'changed')) return ExitCode.failed;
	return documents.every(({ outcome }) => outcome === 'accepted') ? ExitCode.ok : ExitCode.network;
}
