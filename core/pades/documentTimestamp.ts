import { formFields } from '../pdf/fields.ts';
import { IncrementalUpdate } from '../pdf/incrementalUpdate.ts';
import type { SigningDigest } from '../ports/algorithms.ts';
import type { ReceivedTimestamp, TsaClient } from '../tsp/tsaClient.ts';
import type { Draft } from './draft.ts';
import { coveredBytes, fillGap } from './embed.ts';
import { invisibleAppearance } from './invisibleAppearance.ts';
import { finishWithGap } from './prepare.ts';
import { documentTimestampDictionary, makePlaceholders } from './signatureDictionary.ts';
import { chooseField, writeField } from './signatureField.ts';

/**
 * Adds a document timestamp over everything the draft holds (EN 319 142-1 §5.4.3).
 *
 * @param room bytes to keep for the token; where they do not do, the update is made anew with room for one like it.
 * @throws {TimestampError}
 */
export async function addDocumentTimestamp(
	draft: Draft,
	tsa: TsaClient,
	options: { readonly digest: SigningDigest; readonly room: number; readonly signal?: AbortSignal | undefined },
): Promise<ReceivedTimestamp> {
	const { added, gap } = prepareDocumentTimestamp(draft, options.room);
	const imprint = {
		algorithm: options.digest,
		digest: await draft.digest(options.digest, ...coveredBytes(added, gap)),
	};
	const received = await tsa.timestamp(imprint, options.signal);
	const needed = received.token.der.length;
	if (needed > options.room) return addDocumentTimestamp(draft, tsa, { ...options, room: needed + slack });
	draft.append(fillGap(added, gap, received.token.der));
	return received;
}

/** Tokens of one authority differ by the length of numbers and times. */
const slack = 512;

function prepareDocumentTimestamp(draft: Draft, room: number) {
	const { document } = draft;
	const update = new IncrementalUpdate(document);
	const placeholders = makePlaceholders(room);
	const taken = new Set(formFields(document).map((field) => field.name));
	let number = 1;
	while (taken.has(`Timestamp${number}`)) number++;
	const value = update.add(documentTimestampDictionary(placeholders));
	writeField(update, chooseField(document, `Timestamp${number}`, undefined), {
		value,
		appearance: invisibleAppearance(update),
		lock: undefined,
	});
	return finishWithGap(update, placeholders);
}
