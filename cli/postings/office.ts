import type { Configuration } from '../../core/config/configuration.ts';
import { systemClock } from '../../core/ports/clock.ts';
import { dataFolder } from '../../core/store/dataFolder.ts';
import { isUnreachable } from '../../core/sync/delivery.ts';
import { ServiceError } from '../../core/sync/serviceError.ts';
import { PrivateFolder } from '../../main/documents/privateFolder.ts';
import { AccountDesk } from '../../main/postings/accountDesk.ts';
import { DraftBox } from '../../main/postings/draftBox.ts';
import { LocalPostings, type OpenedPostings } from '../../main/postings/localPostings.ts';
import { PostingDesk } from '../../main/postings/postingDesk.ts';
import { ReadingPool } from '../../main/reading/readingPool.ts';
import { OsKeyring } from '../../native/osKeyring.ts';
import type { Posting } from '../../preload/contract.ts';
import type { Io } from '../command.ts';
import { UsageError } from '../errors.ts';
import type { Output } from '../output.ts';
import { openFetcher } from '../workplace.ts';

/** The same store and the same rules as the window's, for one command. */
export interface Office {
	readonly local: LocalPostings;
	readonly opened: OpenedPostings;
	readonly account: AccountDesk;
	readonly desk: PostingDesk;
	readonly drafts: DraftBox;
	readonly reading: ReadingPool;
	readonly folder: PrivateFolder;
}

/** @throws {ConfigError} {KeystoreError} {DatabaseError} */
export async function withOffice<Result>(
	configuration: Configuration,
	io: Io,
	output: Output,
	work: (office: Office) => Promise<Result>,
): Promise<Result> {
	const fetcher = await openFetcher(configuration);
	const local = new LocalPostings({
		folder: dataFolder(io.env),
		keystore: new OsKeyring(),
		fetcher: () => fetcher,
		clock: systemClock,
		changed: () => undefined,
		follows: false,
	});
	const reading = new ReadingPool();
	const folder = new PrivateFolder();
	try {
		const opened = await local.open();
		if (opened.key.made && opened.key.place === 'file') {
			output.hint(`This machine has no keyring: the store's key is in ${dataFolder(io.env)}, for you alone to read.`);
		}
		return await work({
			local,
			opened,
			account: new AccountDesk(local, () => fetcher),
			desk: new PostingDesk(local, systemClock),
			drafts: new DraftBox({ local, reading, folder, clock: systemClock }),
			reading,
			folder,
		});
	} finally {
		await local.close();
		await reading.close();
		folder.remove();
	}
}

/**
 * Sends what was done and takes what is new.
 *
 * @returns whether the service was reached; what waits is then kept for another time.
 * @throws {ServiceError} with the service's code when it refused what was done just now, which is then taken back.
 */
export async function exchange({ opened }: Office, io: Io, before: ReadonlySet<string>): Promise<boolean> {
	const { outbox } = opened.sync;
	let reached = true;
	try {
		await opened.sync.exchange(io.signal);
	} catch (error) {
		if (!isUnreachable(error)) throw error;
		reached = false;
	}
	const refused = outbox.queued().find(({ op, trouble }) => trouble !== undefined && !before.has(op.opId));
	if (!refused?.trouble) return reached;
	outbox.giveUp(refused.op.opId);
	const { trouble } = refused;
	if (trouble.kind === 'conflict') {
		throw new ServiceError('posting-changed', 'The posting was changed elsewhere meanwhile.', {
			hint: 'Look at it with `paraph postings show`, then try again.',
		});
	}
	throw new ServiceError(trouble.code, trouble.message, { hint: trouble.hint });
}

/** Names of what waits already. */
export const waiting = ({ opened }: Office): ReadonlySet<string> =>
	new Set(opened.sync.outbox.queued().map(({ op }) => op.opId));

/** A posting by its id, or by the beginning of it where that is clear. @throws {UsageError} {ServiceError} */
export async function findPosting({ desk }: Office, wanted: string | undefined): Promise<Posting> {
	if (wanted === undefined) throw new UsageError('which posting?', { hint: '`paraph postings list` shows their ids.' });
	const matching = (await desk.list()).filter(({ id }) => id.startsWith(wanted.toLowerCase()));
	const [found, other] = matching;
	if (found && !other) return desk.get(found.id);
	throw new ServiceError('posting-unknown', `${matching.length} postings have an id that begins with '${wanted}'.`, {
		hint: '`paraph postings sync` fetches what is new; `paraph postings list` shows the ids.',
		subject: wanted,
	});
}
