/** `--check`: everything short of the PIN. */
import type { BatchItem } from '../core/batch/signBatch.ts';
import type { EvidenceSource } from '../core/pades/completeDraft.ts';
import { Draft } from '../core/pades/draft.ts';
import { type Level, reaches } from '../core/pades/level.ts';
import { checkOutput } from '../core/pades/outputFile.ts';
import { prepare } from '../core/pades/prepare.ts';
import { describeSigner, startSigningRun } from '../core/pades/signingRun.ts';
import { Certificate } from '../core/pki/certificate.ts';
import { systemClock } from '../core/ports/clock.ts';
import type { Signer } from '../core/ports/signer.ts';
import { UNKNOWN_TOKEN } from '../core/tsp/tokenSizes.ts';
import type { TsaClient } from '../core/tsp/tsaClient.ts';
import { ExitCode, type Io } from './command.ts';
import { exitCodeOf, shapeError } from './errors.ts';
import { isNetwork } from './outcomeReport.ts';
import type { Output } from './output.ts';

interface Plan {
	readonly items: readonly BatchItem[];
	readonly signer: Signer;
	readonly supply: TsaClient | undefined;
	readonly evidence: EvidenceSource | undefined;
	readonly offline: boolean;
	readonly level: Level;
	readonly io: Io;
	readonly output: Output;
}

/** Says of each file what would be done, and what would fail. @returns the exit code that signing would begin with. */
export async function planSigning(plan: Plan): Promise<number> {
	const { items, signer, output } = plan;
	const certificate = Certificate.parse(signer.certificate);
	const described = describeSigner(certificate);
	const obstacle = await startSigningRun({ ...plan, clock: systemClock, signal: plan.io.signal }).then(
		() => undefined,
		(error: unknown) => error,
	);
	let failures = 0;
	let timestamps = 0;
	for (const item of items) {
		const outcome = obstacle ?? (await tryItem(item, certificate, plan));
		const isError = outcome instanceof Error;
		if (isError) failures++;
		const needed = plan.supply ? timestampsFor(item.level) : 0;
		timestamps += isError ? 0 : needed;
		const error = isError ? shapeError(outcome) : null;
		const { field, warnings } = isPlanned(outcome) ? outcome : { field: null, warnings: [] };
		output.result(
			{
				file: item.file,
				out: item.out,
				outcome: 'checked',
				ok: !isError,
				requested: item.level,
				field,
				signer: described,
				timestamps: needed,
				warnings,
				error,
			},
			error
				? `${item.file}: cannot be signed: ${error.message}`
				: `${item.file}: would be signed at ${item.level.toUpperCase()} ${field === null ? '' : `in '${field}' `}→ ${item.out}`,
		);
	}
	output.hint(`${items.length - failures} of ${items.length} files would be signed with ${described.subject}`);
	output.hint(`${timestamps} timestamps would be needed`);
	if (failures === 0) return ExitCode.ok;
	if (obstacle === undefined) return ExitCode.failed;
	return isNetwork(obstacle) ? ExitCode.network : exitCodeOf(obstacle);
}

const timestampsFor = (level: Level): number => (reaches(level, 'b-lta') ? 2 : reaches(level, 'b-t') ? 1 : 0);

async function tryItem(item: BatchItem, certificate: Certificate, { signer, supply }: Plan): Promise<unknown> {
	let draft: Draft | undefined;
	try {
		checkOutput(item.file, item.out, item.overwrite, 0);
		draft = Draft.open(item.file, { password: item.password, digest: 'sha256' });
		if (item.detached) return { field: null, warnings: [] };
		const { field, warnings } = await prepare({
			document: draft.document,
			content: draft,
			certificate,
			signer,
			chain: signer.chain,
			options: await item.options(draft),
			level: item.level,
			timestampRoom: supply?.tokenRoom ?? UNKNOWN_TOKEN,
			timestampAddresses: supply?.addresses ?? [],
		});
		return { field, warnings };
	} catch (error) {
		return error instanceof Error ? error : new Error(String(error));
	} finally {
		draft?.close();
	}
}

function isPlanned(value: unknown): value is { field: string | null; warnings: readonly string[] } {
	return typeof value === 'object' && value !== null && 'field' in value && 'warnings' in value;
}
