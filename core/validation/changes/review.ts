import type { PdfDocument } from '../../pdf/document.ts';
import { type PdfDict, type PdfObject, PdfRef, PdfStream } from '../../pdf/objects.ts';
import type { Rectangle } from '../../pdf/pages.ts';
import type { FieldLock } from '../../pdf/signatureDictionary.ts';
import type { Change, ChangeKind, ChangeLevel } from './change.ts';
import type { Difference } from './differences.ts';
import { differingKeys, referencesIn, sameObject } from './sameObject.ts';

/** What the signatures up to this one allow to happen afterwards. */
export interface Permissions {
	/** DocMDP: 1 nothing, 2 form filling and signing, 3 annotations as well. Without certification 2 is assumed. */
	readonly modifications: 1 | 2 | 3;
	/** FieldMDP of this signature and of those before it. */
	readonly locks: readonly FieldLock[];
}

/**
 * The comparison of a signed revision with the current file, as the rules fill it in: what they could explain, what they
 * refuse. Whatever no rule explained is refused in the end, so a forgotten rule errs on the safe side.
 */
export class Review {
	readonly signed: PdfDocument;
	readonly current: PdfDocument;
	readonly differences: ReadonlyMap<number, Difference>;
	readonly permissions: Permissions;
	readonly items: Change[] = [];
	/** Explained object numbers, each with the numbers of the objects that may refer to it. */
	readonly #explained = new Map<number, Set<number>>();

	constructor(
		signed: PdfDocument,
		current: PdfDocument,
		differences: ReadonlyMap<number, Difference>,
		permissions: Permissions,
	) {
		this.signed = signed;
		this.current = current;
		this.differences = differences;
		this.permissions = permissions;
	}

	/** Whether two objects, the first of the signed revision and the second of the current file, say the same. */
	readonly same = (before: PdfObject | undefined, after: PdfObject | undefined): boolean =>
		sameObject({ document: this.signed, object: before }, { document: this.current, object: after });

	/** Keys under which a dictionary differs between signed revision and current file. */
	differingKeys(before: PdfDict, after: PdfDict): readonly string[] {
		return differingKeys(before, after, this.same);
	}

	differs(ref: PdfRef | undefined): boolean {
		return ref !== undefined && this.differences.has(ref.number);
	}

	/** Numbers of the objects that were of this kind in the signed revision and say something else now. */
	changedNumbers(isKind: (object: PdfObject) => boolean): readonly number[] {
		return [...this.differences]
			.filter(([number, difference]) => difference === 'changed' && isKind(this.signed.get(new PdfRef(number))))
			.map(([number]) => number);
	}

	isExplained(number: number): boolean {
		return this.#explained.has(number);
	}

	/** Whether `referrer` may refer to this explained object, which was there before and says something new now. */
	mayRefer(referrer: number, number: number): boolean {
		return this.#explained.get(number)?.has(referrer) ?? false;
	}

	/** Accepts one object's difference, as far as `referrer` goes. */
	explain(ref: PdfRef | undefined, referrer: PdfRef | undefined): void {
		if (ref === undefined || !this.differences.has(ref.number)) return;
		const referrers = this.#explained.get(ref.number) ?? new Set();
		if (referrer) referrers.add(referrer.number);
		this.#explained.set(ref.number, referrers);
	}

	/**
	 * Accepts an object and all *new* objects it brings along: an appearance with its fonts, a signature dictionary.
	 * Objects that were there before and changed are not accepted this way.
	 */
	explainAdded(object: PdfObject | undefined, referrer: PdfRef | undefined): void {
		const queue: { ref: PdfRef; from: PdfRef | undefined }[] = [...referencesIn(object)].map((ref) => ({
			ref,
			from: referrer,
		}));
		for (let next = queue.pop(); next; next = queue.pop()) {
			const { ref, from } = next;
			if (this.differences.get(ref.number) !== 'added' || this.mayRefer(from?.number ?? -1, ref.number)) continue;
			const wasKnown = this.isExplained(ref.number);
			this.explain(ref, from);
			if (wasKnown) continue;
			for (const inner of referencesIn(this.current.get(ref))) queue.push({ ref: inner, from: ref });
		}
	}

	/** Accepts a stream that was there before and was overwritten, as far as `referrer` goes. */
	explainStream(value: PdfObject | undefined, referrer: PdfRef | undefined): void {
		if (!(value instanceof PdfRef) || !(this.current.get(value) instanceof PdfStream)) return;
		this.explain(value, referrer);
		this.explainAdded(this.current.get(value), value);
	}

	report(
		what: ChangeKind,
		level: ChangeLevel,
		place: {
			page?: number | undefined;
			rectangle?: Rectangle | undefined;
			ref?: PdfRef | undefined;
			object?: number | undefined;
			detail?: string | undefined;
		} = {},
	): void {
		this.items.push({
			what,
			level,
			page: place.page,
			rectangle: place.rectangle,
			object: place.ref?.number ?? place.object,
			detail: place.detail,
		});
	}

	refuse(what: ChangeKind, place: Parameters<Review['report']>[2] = {}): void {
		this.report(what, 'disallowed', place);
	}

	/** Whether a field may no longer change its value: FieldMDP (ISO 32000-2, 12.8.2.4). */
	isLocked(field: string): boolean {
		return this.permissions.locks.some((lock) => {
			const named = lock.fields.some((locked) => field === locked || field.startsWith(`${locked}.`));
			return lock.action === 'All' || (lock.action === 'Include' ? named : !named);
		});
	}
}
