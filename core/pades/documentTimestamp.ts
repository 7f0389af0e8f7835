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
 * Adds a document timestamp over everything the draft holds (EN 319 142-1 §5.4.3). A token larger than any before is asked
 * for once more, with room for one like it.
 *
 * @throws {TimestampError}
 */
export async function addDocumentTimestamp(
	draft: Draft,
	tsa: TsaClient,
	options: { readonly digest: SigningDigest; readonly signal?: AbortSignal | undefined },
): Promise<ReceivedTimestamp> {
	const room = tsa.tokenRoom;
	const { added, gap } = prepareDocumentTimestamp(draft, room);
	const imprint = {
		algorithm: options.digest,
		digest: await draft.digest(options.digest, ...coveredBytes(added, gap)),
	};
	const received = await tsa.timestamp(imprint, options.signal);
	// The client has learnt from it: the next one fits.
	if (received.token.der.length > room) return addDocumentTimestamp(draft, tsa, options);
	draft.append(fillGap(added, gap, received.token.der));
	return received;
}

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
