import { toSign } from '../../main/postings/postingShape.ts';
import { signPosting } from '../../main/postings/signPosting.ts';
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
		const open = toSign(present.view, present.queued).filter(
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
			for (const result of documents) {
				const name = posting.documents.find((one) => one.id === result.document)?.name ?? result.document;
				output.result(
					{ posting: posting.id, name, ...result },
					`${name}: ${result.failure?.message ?? result.outcome}`,
				);
			}
			if (documents.some(({ outcome }) => outcome === 'failed' || outcome === 'changed')) return ExitCode.failed;
			return documents.every(({ outcome }) => outcome === 'accepted') ? ExitCode.ok : ExitCode.network;
		} finally {
			await signer.close();
		}
	});
}
