import type { PdfDocument } from '../../pdf/document.ts';
import { type PdfDict, type PdfObject, PdfRef, PdfStream } from '../../pdf/objects.ts';
import type { Rectangle } from '../../pdf/pages.ts';
import type { FieldLock } from '../../pdf/signatureDictionary.ts';
import type { Change, ChangeKind, ChangeLevel } from './change.ts';
import type { Difference } from './differences.ts';
import { differingKeys, referencesIn, sameObject } from './sameObject.ts';

/**
 * Who may refer to an object that was there before and says something new now: one object, the trailer alone, everybody, or
 * everybody under these keys. Keys are enough where what changed draws nothing unless it is reached by another one.
 */
export type Referrer = PdfRef | 'trailer' | 'anyone' | ReadonlySet<string>;

/** Ways to a field, a widget, an annotation (12.5.2, 12.5.6.14, 12.6.4.11, 12.7.3, 12.7.4.1, 14.7.5.3). */
export const nodeKeys: ReadonlySet<string> = new Set([
	...['Annots', 'Fields', 'Kids', 'Parent', 'CO', 'T', 'Obj', 'Popup', 'IRT', 'Data'],
]);

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
	/** Explained object numbers, each with those that may refer to it. */
	readonly #explained = new Map<number, Referrer[]>();

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

	/**
	 * Whether an object, or a trailer, may refer to an explained object that was there before and says something new now.
	 *
	 * @param key of the dictionary in which the reference is written; undefined where the object is itself an array.
	 */
	mayRefer(from: number | 'trailer' | undefined, key: string | undefined, number: number): boolean {
		return (this.#explained.get(number) ?? []).some((referrer) => {
			if (referrer instanceof PdfRef) return referrer.number === from;
			if (typeof referrer === 'string') return referrer === 'anyone' || referrer === from;
			return key === undefined || referrer.has(key);
		});
	}

	/** Accepts one object's difference, as far as `referrer` goes. */
	explain(ref: PdfRef | undefined, referrer: Referrer): void {
		if (ref === undefined || !this.differences.has(ref.number)) return;
		const referrers = this.#explained.get(ref.number) ?? [];
		referrers.push(referrer);
		this.#explained.set(ref.number, referrers);
	}

	/**
	 * Accepts an object and all *new* objects it brings along: an appearance with its fonts, a signature dictionary.
	 * Objects that were there before and changed are not accepted this way.
	 */
	explainAdded(object: PdfObject | undefined): void {
		const queue = [...referencesIn(object)];
		for (let ref = queue.pop(); ref; ref = queue.pop()) {
			if (this.differences.get(ref.number) !== 'added' || this.isExplained(ref.number)) continue;
			this.explain(ref, 'anyone');
			queue.push(...referencesIn(this.current.get(ref)));
		}
	}

	/** Accepts a stream that was there before and was overwritten, as far as `referrer` goes. */
	explainStream(value: PdfObject | undefined, referrer: PdfRef | undefined): void {
		if (!(value instanceof PdfRef) || !(this.current.get(value) instanceof PdfStream)) return;
		this.explain(value, referrer ?? 'trailer');
		this.explainAdded(this.current.get(value));
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
