/** What time does to postings: expiry, reminders, receipts, bundles, destruction. Run by a job, again and again. */

import { ParaphError } from '../../core/ports/errors.ts';
import type { Command } from '../../core/postings/commands.ts';
import { decide } from '../../core/postings/decide.ts';
import { dueCommand } from '../../core/postings/due.ts';
import { sha256, toInstant } from '../../core/postings/identifiers.ts';
import { headOf, type LivePosting, type Posting, type Signatory } from '../../core/postings/posting.ts';
import { signatureObjectOf } from '../../core/postings/signatureObject.ts';
import { isBundleOwed, receiptsOwed } from '../../core/postings/transitions/retention.ts';
import type { StagedBlob } from '../blobs/blobs.ts';
import type { Tenant } from '../keys/tenant.ts';
import { packBundle } from './bundle.ts';
import type { DeskParts } from './desk.ts';
import { collect } from './preparation.ts';
import { drawReceipt, eventExtractFile, signatureObjectFile } from './receipt.ts';
import { recordOutcome, service } from './recordOutcome.ts';
import type { Sealer } from './sealer.ts';

export interface ClockParts extends Pick<DeskParts, 'main' | 'rows' | 'blobs' | 'recorder' | 'events' | 'clock'> {
	readonly sealer: Sealer;
	/** Called for what could not be done now; it is tried again later. */
	readonly onFailure: (posting: string, error: ParaphError) => void;
}

/** Postings that one run looks at; the next run takes the others. */
const BATCH = 50;
/** Minutes until something that failed is tried again. */
const RETRY_MINUTES = 5;
/** Events of one posting that go into a receipt. */
const EXTRACT_LIMIT = 10_000;

type Work = { readonly command: Command; readonly staged: StagedBlob | undefined };

export class PostingClock {
	readonly #parts: ClockParts;

	constructor(parts: ClockParts) {
		this.#parts = parts;
	}

	/** @returns how many postings were taken up; as many as a batch: there may be more. */
	async run(tenant: Tenant): Promise<number> {
		const { rows, main, clock } = this.#parts;
		const ids = await rows.dueIds(main, tenant, clock.now(), BATCH);
		for (const id of ids) {
			try {
				await this.#settle(tenant, id);
			} catch (error) {
				if (!(error instanceof ParaphError)) throw error;
				this.#parts.onFailure(id, error);
				await rows.postpone(main, tenant, id, new Date(clock.now().getTime() + RETRY_MINUTES * 60_000));
			}
		}
		return ids.length;
	}

	/** Everything that is due for one posting, one after another. */
	async #settle(tenant: Tenant, id: string): Promise<void> {
		for (;;) {
			const posting = await this.#parts.rows.find(this.#parts.main, tenant, id);
			if (posting === undefined || posting.state === 'purged') return;
			const work = await this.#workFor(tenant, posting);
			if (work === undefined) return;
			await this.#apply(tenant, posting, work);
		}
	}

	async #workFor(tenant: Tenant, posting: LivePosting): Promise<Work | undefined> {
		// Nothing that is promised for a time waits for a key that does not answer.
		const type = dueCommand(posting, toInstant(this.#parts.clock.now()));
		if (type !== undefined) return { command: { type }, staged: undefined };
		const [owed] = receiptsOwed(posting);
		if (owed !== undefined) {
			const staged = await this.#stage(tenant, posting, await this.#receiptFor(tenant, posting, owed));
			return { command: { type: 'recordReceipt', signatory: owed.id, receipt: referenceTo(staged) }, staged };
		}
		if (isBundleOwed(posting)) {
			const staged = await this.#stage(tenant, posting, await this.#bundleOf(tenant, posting));
			return { command: { type: 'recordBundle', bundle: referenceTo(staged) }, staged };
		}
		return undefined;
	}

	/** Somebody may have been quicker: another instance, or a person. Then there is nothing to do. */
	async #apply(tenant: Tenant, seen: Posting, { command, staged }: Work): Promise<void> {
		const { recorder, rows, blobs } = this.#parts;
		const isApplied = await recorder.record(tenant, async (recording) => {
			const before = await rows.take(recording.trx, tenant, seen.id);
			if (before === undefined || before.version !== seen.version) return false;
			const { id, tenant: owner } = before;
			const actor = { kind: 'service' } as const;
			const outcome = decide(before, command, { id, tenant: owner, actor, now: recording.now });
			if (staged) await blobs.keep(recording.trx, staged);
			await recordOutcome(recording, tenant, { rows, blobs }, { before, outcome, author: service });
			return true;
		});
		if (!isApplied && staged) await blobs.discard(staged);
	}

	async #receiptFor(tenant: Tenant, posting: LivePosting, signatory: Signatory): Promise<Uint8Array> {
		const { sealer, clock } = this.#parts;
		const now = clock.now();
		const object = signatureObjectOf(posting, toInstant(now), signatory.id);
		const sealed = await sealer.sealObject(object);
		const events = (await this.#eventsOf(tenant, posting)).filter(({ body }) => concerns(body, signatory.id));
		return sealer.sealPdf(await drawReceipt({ posting, signatory, object, sealed, events, now }));
	}

	async #bundleOf(tenant: Tenant, posting: LivePosting): Promise<Uint8Array> {
		const { sealer, clock } = this.#parts;
		const sealed = await sealer.sealObject(signatureObjectOf(posting, toInstant(clock.now())));
		const receipts = posting.signatories.flatMap(({ name, receipt }) => (receipt ? [{ name, receipt }] : []));
		return packBundle({
			documents: await Promise.all(
				posting.documents.map(async (document) => ({
					name: document.name,
					bytes: await this.#read(tenant, document.id, headOf(document).sha256),
				})),
			),
			receipts: await Promise.all(
				receipts.map(async ({ name, receipt }) => ({
					name,
					bytes: await this.#read(tenant, posting.id, receipt.sha256),
				})),
			),
			evidence: [signatureObjectFile(sealed), eventExtractFile(await this.#eventsOf(tenant, posting))],
		});
	}

	async #eventsOf(tenant: Tenant, { id }: LivePosting) {
		const events = await this.#parts.events.read(tenant, { from: 1, limit: EXTRACT_LIMIT, entity: id });
		return events.filter(({ body }) => JSON.parse(body).category === 'posting');
	}

	async #read(tenant: Tenant, document: string, digest: string): Promise<Uint8Array> {
		return collect((await this.#parts.blobs.open(this.#parts.main, tenant, document, digest)).read());
	}

	async #stage(tenant: Tenant, { id }: LivePosting, bytes: Uint8Array): Promise<StagedBlob> {
		const key = await tenant.documentKeys.require(this.#parts.main, id);
		return this.#parts.blobs.stage(tenant, key, once(bytes), bytes.length);
	}
}

const referenceTo = ({ sha256: digest, length }: StagedBlob) => ({ sha256: sha256.parse(digest), size: length });

/** What was done to the posting as a whole, and what this signatory did. */
function concerns(body: string, signatory: string): boolean {
	const { detail } = JSON.parse(body);
	return detail.signatory === undefined || detail.signatory === signatory;
}

async function* once(bytes: Uint8Array): AsyncIterable<Uint8Array> {
	yield bytes;
}
