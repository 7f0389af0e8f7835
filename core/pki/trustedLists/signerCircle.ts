/** Who may sign which trusted list (TS 119 615 §4.1, §4.2). */
import type { Certificate } from '../certificate.ts';
import { readTrustedList, type TrustedList } from './trustedList.ts';
import { TrustedListError } from './trustedListError.ts';

/** What the newest list of lists of a scheme said. */
interface Scheme {
	readonly sequenceNumber: number;
	/** Of the lists of lists after it: what its pointer to itself names. */
	readonly ownSigners: readonly Certificate[];
	readonly byTerritory: ReadonlyMap<string, readonly Certificate[]>;
}

/**
 * The configured signers may sign any list; a list of lists names who signs the lists of territories, and who signs the
 * lists of lists that follow it. So a scheme that changes its own key leads from the old one to the new one by "pivots":
 * lists of lists that are kept for that (TS 119 615 §4.1).
 */
export class SignerCircle {
	readonly #configured: readonly Certificate[];
	/** By the territory of the list of lists. */
	readonly #schemes = new Map<string, Scheme>();
	#learnt = 0;

	constructor(configured: readonly Certificate[]) {
		this.#configured = configured;
	}

	/** How many lists of lists it learnt from. */
	get listsOfLists(): number {
		return this.#learnt;
	}

	/** Verifies and reads a list. @throws {TrustedListError} */
	read(bytes: Uint8Array): TrustedList {
		const named = [...this.#schemes.values()].flatMap(({ ownSigners, byTerritory }) => [
			...ownSigners,
			...[...byTerritory.values()].flat(),
		]);
		const list = readTrustedList(bytes, [...this.#configured, ...named]);
		if (!this.#maySign(list)) {
			const message = `${list.signer.subject.displayName} may not sign the list of ${list.territory}`;
			throw new TrustedListError('list-signer-unknown', message);
		}
		return list;
	}

	/** From now on the signers that a list of lists names may sign; an older one than that known teaches nothing. */
	learn({ isListOfLists, territory, sequenceNumber, pointers }: TrustedList): void {
		const known = this.#schemes.get(territory);
		if (!isListOfLists || (known && known.sequenceNumber > sequenceNumber)) return;
		const byTerritory = new Map<string, Certificate[]>();
		for (const pointer of pointers.filter((pointer) => !pointer.isListOfLists))
			byTerritory.set(pointer.territory, [...(byTerritory.get(pointer.territory) ?? []), ...pointer.signers]);
		const ownSigners = pointers
			.filter((pointer) => pointer.isListOfLists && pointer.territory === territory)
			.flatMap(({ signers }) => signers);
		this.#schemes.set(territory, { sequenceNumber, ownSigners, byTerritory });
		this.#learnt++;
	}

	#maySign({ territory, signer, isListOfLists, sequenceNumber }: TrustedList): boolean {
		const isIn = (certificates: readonly Certificate[]): boolean =>
			certificates.some((certificate) => certificate.equals(signer));
		if (!isListOfLists)
			return (
				isIn(this.#configured) ||
				[...this.#schemes.values()].some(({ byTerritory }) => isIn(byTerritory.get(territory) ?? []))
			);
		const scheme = this.#schemes.get(territory);
		// Once it named its next signers, those before them no longer count.
		const isFollowing = scheme !== undefined && scheme.ownSigners.length > 0 && sequenceNumber > scheme.sequenceNumber;
		return isIn(isFollowing ? scheme.ownSigners : [...this.#configured, ...(scheme?.ownSigners ?? [])]);
	}
}
