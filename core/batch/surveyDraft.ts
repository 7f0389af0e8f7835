/** What signing one file would come to, found before the key is used. */
import type { Draft } from '../pades/draft.ts';
import { type Examination, examineDraft, type TokenSupply } from '../pades/examine.ts';
import { type Level, reaches } from '../pades/level.ts';
import type { SignerFacts } from '../ports/signer.ts';
import type { BatchItem } from './signBatch.ts';

export interface SurveyedDraft {
	/** Undefined for a detached signature. */
	readonly examination: Examination | undefined;
	/** Bytes of its output, without {@link LevelCost.room}. */
	readonly size: number;
	/** Worth knowing, and no obstacle: `signed-before`, and what drawing the mark had to say. */
	readonly warnings: readonly string[];
}

export interface SurveyMeans {
	/** Undefined while no certificate is chosen: then what depends on it is left unsaid. */
	readonly signer: SignerFacts | undefined;
	/** Undefined where no timestamp is to be had. */
	readonly supply: TokenSupply | undefined;
}

/**
 * Looks at an open file as signing it would. Nothing is hashed, and nothing written.
 *
 * @throws {SigningError}, {PdfError} what signing it would be refused with.
 */
export async function surveyDraft(
	draft: Draft,
	item: Pick<BatchItem, 'level' | 'options' | 'detached'>,
	{ signer, supply }: SurveyMeans,
): Promise<SurveyedDraft> {
	const { level, detached } = item;
	const examination = detached
		? undefined
		: await examineDraft(draft, { signer, supply, options: await item.options(draft), level });
	const copied = detached ? 0 : draft.source.size;
	return {
		examination,
		size: copied + (examination?.added ?? 0),
		warnings: [...(examination?.signedBefore ? ['signed-before'] : []), ...(examination?.warnings ?? [])],
	};
}

/** What a level adds to each file. */
export interface LevelCost {
	/** 0, 1 or 2. */
	readonly timestamps: number;
	/** Bytes of evidence and document timestamp: generous. */
	readonly room: number;
}

/** @param hasSupply whether timestamps are to be had. */
export function levelCost(level: Level, hasSupply: boolean): LevelCost {
	if (!hasSupply || !reaches(level, 'b-t')) return { timestamps: 0, room: 0 };
	return { timestamps: reaches(level, 'b-lta') ? 2 : 1, room: 64 * 1024 };
}
