import { basename } from 'node:path';
import type { Configuration } from '../core/config/configuration.ts';
import type { Certificate } from '../core/pki/certificate.ts';
import { systemClock } from '../core/ports/clock.ts';
import { dataFolder } from '../core/store/dataFolder.ts';
import { showInBrowser as openInBrowser } from '../native/csc/systemBrowser.ts';
import { type DriverOptions, modulesToSearch } from '../native/driverOptions.ts';
import { keepOutOfCoreDumps } from '../native/modules/coreDump.ts';
import type { ProcessLauncher } from '../native/modules/processLauncher.ts';
import { OsKeyring } from '../native/osKeyring.ts';
import type { Failure, Settings } from '../preload/contract.ts';
import { BatchDesk } from './batch/batchDesk.ts';
import { firstWish, signedFolder } from './batch/firstWish.ts';
import { Chooser, type Place } from './documents/listing.ts';
import { OpenDocuments } from './documents/openDocuments.ts';
import { PickedFiles } from './documents/pickedFiles.ts';
import type { PrivateFolder } from './documents/privateFolder.ts';
import { failureOf } from './failure.ts';
import { accountHandlers } from './handlers/account.ts';
import { appHandlers } from './handlers/app.ts';
import { batchHandlers } from './handlers/batch.ts';
import { type Dispatch, dispatchTo } from './handlers/dispatch.ts';
import { documentHandlers } from './handlers/documents.ts';
import { draftHandlers } from './handlers/drafts.ts';
import { keyHandlers } from './handlers/keys.ts';
import { postingHandlers } from './handlers/postings.ts';
import { roomHandlers } from './handlers/rooms.ts';
import { settingsHandlers } from './handlers/settings.ts';
import { signatureHandlers } from './handlers/signatures.ts';
import { signingHandlers } from './handlers/signing.ts';
import { tokenHandlers } from './handlers/tokens.ts';
import type { Host } from './host.ts';
import { KeptKeys } from './keys/keptKeys.ts';
import { Signers } from './keys/signers.ts';
import { AccountDesk } from './postings/accountDesk.ts';
import { DraftBox } from './postings/draftBox.ts';
import { LocalPostings } from './postings/localPostings.ts';
import { PostingDesk } from './postings/postingDesk.ts';
import { PostingNews } from './postings/postingNews.ts';
import { ReadingPool } from './reading/readingPool.ts';
import { RoomDesk } from './rooms/roomDesk.ts';
import { SettingsStore } from './settings/settingsStore.ts';
import { Jobs } from './signing/jobs.ts';
import { keptFetcher, networkUse, openProofSources, type ProofSources } from './signing/proofSources.ts';
import { restsOnTestAnchor } from './tokens/testAnchors.ts';
import { TokenRegistry } from './tokens/tokenRegistry.ts';

export interface ServiceOptions {
	readonly host: Host;
	readonly env: NodeJS.ProcessEnv;
	/** A configuration named on the command line. */
	readonly config?: string | undefined;
	/** For what is made on the way: dropped files and revisions. */
	readonly folder: PrivateFolder;
	/** Where the loopback host's chooser starts. */
	readonly places: readonly Place[];
	/** Shows a page in the person's own browser. Default: as the system does. */
	readonly showInBrowser?: ((url: string) => void) | undefined;
	/** Electron's way to start a driver's process. */
	readonly launcher?: ProcessLauncher | undefined;
}

/** Everything behind the bridge, put together once for a run, the same for both hosts. */
export interface Services {
	readonly dispatch: Dispatch;
	readonly documents: OpenDocuments;
	readonly batch: BatchDesk;
	readonly picked: PickedFiles;
	readonly configuration: Configuration;
	/** As they are now. */
	settings(): Settings;
	/** Opens files that were named from outside and tells the window of each. @returns those that could not be. */
	openFromOutside(paths: readonly string[]): Promise<readonly Failure[]>;
	close(): Promise<void>;
}

/** @throws {ConfigError} when a configuration cannot be read. */
export function startServices(options: ServiceOptions): Services {
	const { host, folder, env } = options;
	// PINs pass through on their way to the drivers.
	keepOutOfCoreDumps();
	const store = new SettingsStore({ env, named: options.config });
	const reading = new ReadingPool();
	const documents = new OpenDocuments(
		reading,
		(path) => folder.contains(path),
		(handle) => host.tell('documentChanged', { handle }),
	);
	const drivers = (): DriverOptions => ({
		...modulesOf(store.configuration, env),
		environment: env,
		launcher: options.launcher,
	});
	const isTest = (certificate: Certificate, others: readonly Certificate[]): boolean =>
		restsOnTestAnchor(certificate, others, store.anchors, systemClock.now());
	const kept = new KeptKeys(store.keysFolder, isTest);
	const tokens = new TokenRegistry(
		drivers,
		{
			changed: () => host.tell('tokensChanged', null),
			reading: (isReading) => host.tell('tokensReading', { isReading }),
		},
		isTest,
		kept,
	);
	const fetcher = keptFetcher(() => networkUse(store.configuration));
	const configuration = (): Configuration => store.configuration;
	const { showInBrowser = openInBrowser } = options;
	const signers = new Signers({ tokens, drivers, configuration, fetcher, host, showInBrowser, env });
	const local = new LocalPostings({
		folder: dataFolder(env),
		keystore: new OsKeyring(),
		fetcher,
		clock: systemClock,
		changed: () => {
			void tellAccount(account, host);
			void tellNews({ local, desk, news, store, host });
		},
		follows: true,
	});
	const account = new AccountDesk(local, fetcher);
	const desk = new PostingDesk(local, systemClock);
	const news = new PostingNews();
	const drafts = new DraftBox({ local, reading, folder, clock: systemClock });
	const jobs = new Jobs();
	const chooser = new Chooser(options.places);
	const picked = new PickedFiles();
	const rooms = new RoomDesk({ env, clock: systemClock, folder: signedFolder(options.places) });
	const openSources = (): ProofSources =>
		openProofSources(store.configuration, store.anchors, env, () => 'own-certificate');
	const batch = new BatchDesk({
		documents,
		reading,
		env,
		openSources,
		firstWish: () => firstWish(store.settings),
		fallbackFolder: signedFolder(options.places),
		dueOf: (files) => rooms.dueOf(files),
		tell: (news) => host.tell('batchChanged', news),
	});
	const dispatch = dispatchTo({
		documents: documentHandlers(documents, chooser, host),
		batch: batchHandlers({ batch, chooser, tokens, signers, store, reading, folder, host, openSources }),
		signatures: signatureHandlers({ documents, reading, folder, host, store, env }),
		signing: signingHandlers({ documents, tokens, signers, store, host, jobs, env }),
		account: accountHandlers({ account, local, signers, jobs, host, showInBrowser }),
		rooms: roomHandlers({ rooms, batch, documents, picked, store, jobs, host, env }),
		postings: postingHandlers({
			desk,
			drafts,
			local,
			documents,
			signers,
			reading,
			folder,
			store,
			jobs,
			host,
			env,
		}),
		drafts: draftHandlers(drafts, desk, documents),
		tokens: tokenHandlers(tokens, drivers),
		keys: keyHandlers({ kept, signers, configuration, host }),
		settings: settingsHandlers(store, host),
		app: appHandlers(host, store),
	});
	return {
		dispatch,
		documents,
		batch,
		picked,
		configuration: store.configuration,
		settings: () => store.settings,
		openFromOutside: (paths) => openAll(paths, documents, host),
		close: async () => {
			await local.close();
			await batch.end();
			await tokens.close();
			await documents.closeAll();
			await reading.close();
		},
	};
}

/** What is seen of the account may be asked for while the store is being opened; whoever shows it then asks again. */
async function tellAccount(account: AccountDesk, host: Host): Promise<void> {
	host.tell('accountChanged', await account.get().catch(() => null));
}

/** As {@link tellAccount}; what is new is kept in mind too while nobody wants to be told. */
async function tellNews(parts: {
	readonly local: LocalPostings;
	readonly desk: PostingDesk;
	readonly news: PostingNews;
	readonly store: SettingsStore;
	readonly host: Host;
}): Promise<void> {
	try {
		const { store } = await parts.local.open();
		const notices = parts.news.look(await parts.desk.list(), store.account.get()?.cursor !== undefined);
		if (parts.store.settings.notices) for (const notice of notices) parts.host.notify(notice);
	} catch {
		// A store that cannot be read is told of where it is shown.
	}
}

async function openAll(paths: readonly string[], documents: OpenDocuments, host: Host): Promise<readonly Failure[]> {
	const failures: Failure[] = [];
	for (const path of paths) {
		try {
			host.tell('documentOpened', await documents.open(path));
		} catch (error) {
			const failure = { ...failureOf(error), subject: basename(path) };
			failures.push(failure);
			host.tell('documentFailed', failure);
		}
	}
	return failures;
}

/** The configured modules and those at the usual places; where the configuration is locked, its own alone. */
function modulesOf(configuration: Configuration, env: NodeJS.ProcessEnv): DriverOptions {
	const { locked } = configuration.stated('modules');
	const modules = modulesToSearch({ configured: configuration.get('modules'), locked, environment: env });
	return { modules, modulesOnly: locked };
}
