/**
 * The one list of what the window may ask and may be told, the same in both hosts (Electron, loopback).
 *
 * `requests` are asked by the window and answered once; `events` are told to it and never answered. Every argument has
 * a schema, and the host checks it before anything else happens. No argument carries a path: the window holds opaque
 * handles, and a handle pins the SHA-256 of the bytes that were shown. No answer is thrown: a verb resolves to a
 * `Reply`, since an error's fields do not survive the way over the bridge.
 */

import { z } from 'zod';
import type { AppInfo, MenuCommand } from './contract/app.ts';
import {
	type Batch,
	type BatchNews,
	batchFolder,
	batchStart,
	batchSurvey,
	batchWish,
	keptResult,
	markPlace,
	rowId,
} from './contract/batch.ts';
import type { Listing, OpenDocument, Saved } from './contract/documents.ts';
import {
	type DocumentHandle,
	documentHandle,
	type JobId,
	jobId,
	keptKeyId,
	listingId,
	opaque,
	tokenId,
	trustId,
} from './contract/identifiers.ts';
import {
	addKeyFile,
	addService,
	answerCode,
	type BrowserWait,
	type CodeQuestion,
	type KeptKey,
} from './contract/keys.ts';
import {
	type Account,
	addDraftDocument,
	browserLogin,
	cancelPosting,
	completePosting,
	type DraftDocument,
	declinePosting,
	delegatePosting,
	describeAccount,
	type EnrolledCertificate,
	enrol,
	type LoginAnswer,
	type LoginMethods,
	login,
	loginMethodsQuestion,
	mailCode,
	mailLogin,
	type NewAuthenticator,
	ofCertificate,
	ofDraftDocument,
	ofLogin,
	ofPosting,
	ofPostingDocument,
	ofUndelivered,
	type Posting,
	type PostingDraft,
	type PostingId,
	type PostingList,
	type PostingNotice,
	type PostingSigned,
	postingDraft,
	remindPerson,
	replacePerson,
	secondFactorCode,
	signPosting,
	type TimelineEntry,
} from './contract/postings.ts';
import type { Failure, Reply } from './contract/replies.ts';
import {
	importTrust,
	keptBundle,
	type OpenedBundle,
	openBundle,
	type PickedFile,
	packForRoom,
	type ReturnedBundle,
	type RoomState,
	roomPeer,
	sealBundle,
	takeBack,
	type WrittenBundle,
} from './contract/rooms.ts';
import { type Settings, settingsChange } from './contract/settings.ts';
import type { FileVerdict } from './contract/signatures.ts';
import { complete, type Identity, preview, type SigningOutcome, type SigningStage, sign } from './contract/signing.ts';
import type { TokenOverview } from './contract/tokens.ts';

export type * from './contract/app.ts';
export type * from './contract/batch.ts';
export { batchWish, markPlace, rowId } from './contract/batch.ts';
export type * from './contract/documents.ts';
export type * from './contract/identifiers.ts';
export { newJobId } from './contract/identifiers.ts';
export type * from './contract/keys.ts';
export { LARGEST_KEY_FILE } from './contract/keys.ts';
export type * from './contract/postings.ts';
export { isEmail, isIdentifier, isLoginCode, postingDraft, postingId, roles } from './contract/postings.ts';
export type * from './contract/replies.ts';
export type * from './contract/rooms.ts';
export type * from './contract/settings.ts';
export { settingsChange } from './contract/settings.ts';
export type * from './contract/signatures.ts';
export type * from './contract/signing.ts';
export type * from './contract/tokens.ts';

/** One thing the window may ask. `answer` is there for the compiler alone. */
export interface Verb<Argument extends z.ZodType, Answer> {
	readonly argument: Argument;
	readonly answer?: Answer;
}

const answers = <Answer>() => ({
	to: <Argument extends z.ZodType>(argument: Argument): Verb<Argument, Answer> => ({ argument }),
});

const nothing = z.undefined();
const ofDocument = z.strictObject({ handle: documentHandle });
/** 4 MiB: what one read may ask for. */
export const LONGEST_READ = 4 * 1024 * 1024;

/** What the window may ask. Verbs that take files instead of data and are in `Bridge` below. */
export const requests = {
	documents: {
		/** Shows the system's dialog (`AppInfo.chooser` is `dialog`). Cancelled: an empty list. */
		choose: answers<readonly OpenDocument[]>().to(nothing),
		/** A folder of the loopback host's own chooser; without an id where people start. */
		listing: answers<Listing>().to(z.strictObject({ id: listingId.optional() })),
		openListed: answers<OpenDocument>().to(z.strictObject({ id: listingId })),
		/** What was open when the window was (re)loaded, named on the command line, or by a double click. */
		opened: answers<readonly OpenDocument[]>().to(nothing),
		/** Anew: after `document-changed` it pins what is there now, under a new handle. */
		reopen: answers<OpenDocument>().to(ofDocument),
		unlock: answers<OpenDocument>().to(z.strictObject({ handle: documentHandle, password: z.string().max(1024) })),
		/** At most `LONGEST_READ` bytes. */
		read: answers<Uint8Array<ArrayBuffer>>().to(
			z.strictObject({
				handle: documentHandle,
				offset: z.int().nonnegative(),
				length: z.int().min(1).max(LONGEST_READ),
			}),
		),
		close: answers<null>().to(ofDocument),
		/** Shows the file in its folder. */
		reveal: answers<null>().to(ofDocument),
		saveAs: answers<Saved>().to(ofDocument),
	},
	signatures: {
		/** `online` only after the person agreed. */
		of: answers<FileVerdict>().to(z.strictObject({ handle: documentHandle, online: z.boolean() })),
		/** The document as it was signed, opened. */
		extractRevision: answers<OpenDocument>().to(z.strictObject({ handle: documentHandle, signature: opaque })),
		saveReport: answers<Saved>().to(
			z.strictObject({ handle: documentHandle, format: z.enum(['html', 'pdf', 'json']), online: z.boolean() }),
		),
	},
	signing: {
		/** Every certificate of every token, those that cannot sign with the reason. */
		identities: answers<readonly Identity[]>().to(nothing),
		/** A PDF of one page, as large as the mark: the very appearance that would be written. */
		preview: answers<Uint8Array<ArrayBuffer>>().to(preview),
		/** Resolves when all is done; meanwhile `signingStage` is told. */
		sign: answers<SigningOutcome>().to(sign),
		/** Brings a signature that is already there to a higher level. */
		complete: answers<SigningOutcome>().to(complete),
		/** Up to the stage `token` nothing was signed; afterwards the signature is kept. The job's reply tells. */
		cancel: answers<null>().to(z.strictObject({ job: jobId })),
	},
	/** There is one batch at a time. What becomes of it is told by `batchChanged`. */
	batch: {
		/** Null: nothing is in it. It outlives the program until it is closed. */
		current: answers<Batch | null>().to(nothing),
		/** Shows the system's dialog (`AppInfo.chooser` is `dialog`). @returns whether something was chosen. */
		choose: answers<boolean>().to(z.strictObject({ kind: z.enum(['files', 'folder']) })),
		/** A document of the loopback host's own chooser, or all of a folder. */
		addListed: answers<null>().to(z.strictObject({ id: listingId })),
		remove: answers<null>().to(z.strictObject({ rows: z.array(rowId).max(10_000) })),
		/** Null: every document that wants a password. @returns how many it opened. */
		unlock: answers<number>().to(z.strictObject({ row: rowId.nullable(), password: z.string().max(1024) })),
		wish: answers<null>().to(batchWish),
		/** Null: as for all. */
		place: answers<null>().to(z.strictObject({ row: rowId, place: markPlace.nullable() })),
		/** Where the signed files go, by the loopback host's chooser. */
		output: answers<null>().to(batchFolder),
		/** The same by the system's dialog. @returns whether one was chosen. */
		chooseOutput: answers<boolean>().to(nothing),
		/** Opens one of its documents to be looked at; `reading` notes that it was. Close it afterwards. */
		open: answers<OpenDocument>().to(z.strictObject({ row: rowId, reading: z.boolean() })),
		/**
		 * Names the certificate that is going to sign: what it cannot sign, what that will cost and what keeps it from
		 * signing at all is told as it is found. Asked again, what is in trouble is looked at anew.
		 */
		survey: answers<null>().to(batchSurvey),
		/** Resolves when the first document is begun, or with what kept the run from beginning. */
		start: answers<null>().to(batchStart),
		pause: answers<null>().to(nothing),
		resume: answers<null>().to(nothing),
		cancel: answers<null>().to(nothing),
		/** What was not signed is looked at anew, to be signed by another run. */
		again: answers<null>().to(nothing),
		/** Adds timestamps and proof to what is signed without them. Resolves when that is done. */
		complete: answers<null>().to(nothing),
		/** Keeps what came of each document; after a run, and where one was broken off. */
		saveResult: answers<Saved>().to(keptResult),
		/** Shows the folder with the signed files. */
		reveal: answers<null>().to(nothing),
		/** Forgets it; what was signed stays. */
		close: answers<null>().to(nothing),
	},
	/** Signing where no network reaches; the same rooms and desks that `paraph room` knows. */
	rooms: {
		state: answers<RoomState>().to(nothing),
		/** Makes a room on this machine. */
		make: answers<RoomState>().to(nothing),
		/** Keeps a copy of the room's public file, to be carried out. */
		savePublic: answers<Saved>().to(nothing),
		/** Whose file it is, to be compared. */
		peer: answers<{ readonly fingerprint: string }>().to(roomPeer),
		pack: answers<WrittenBundle>().to(packForRoom),
		importTrust: answers<RoomState>().to(importTrust),
		/** Its documents are in the batch afterwards. */
		open: answers<OpenedBundle>().to(openBundle),
		seal: answers<WrittenBundle>().to(sealBundle),
		takeBack: answers<ReturnedBundle>().to(takeBack),
		/** Keeps a copy of a bundle that was written, where it is to be carried from. */
		save: answers<Saved>().to(keptBundle),
		reveal: answers<null>().to(keptBundle),
	},
	tokens: {
		list: answers<TokenOverview>().to(nothing),
		changePin: answers<null>().to(
			z.strictObject({ token: tokenId, current: z.string().min(1).max(256), next: z.string().min(1).max(256) }),
		),
		/** Gives a locked token a new PIN by its PUK. */
		unblock: answers<null>().to(
			z.strictObject({ token: tokenId, puk: z.string().min(1).max(256), next: z.string().min(1).max(256) }),
		),
	},
	account: {
		/** Null: this device belongs to no account yet. */
		get: answers<Account | null>().to(nothing),
		/** By card; meanwhile `signingStage` says when the card is asked. */
		logIn: answers<LoginAnswer>().to(login),
		methods: answers<LoginMethods>().to(loginMethodsQuestion),
		/** At an issuer, in the browser; meanwhile `browserWanted` says which page, and its job can be cancelled. */
		logInByBrowser: answers<LoginAnswer>().to(browserLogin),
		/** @returns the login that the code in the mail is for. */
		sendCode: answers<string>().to(mailCode),
		logInByCode: answers<LoginAnswer>().to(mailLogin),
		/** For an administrator who has no authenticator yet; it counts once a code of it was given. */
		enrolAuthenticator: answers<NewAuthenticator>().to(ofLogin),
		/** The code that the authenticator shows: completes the login. */
		giveCode: answers<Account>().to(secondFactorCode),
		/** Enrols a certificate to sign with, where a posting names no identifier. */
		enrol: answers<readonly EnrolledCertificate[]>().to(enrol),
		/** Those that are enrolled, as the service has them now. */
		certificates: answers<readonly EnrolledCertificate[]>().to(nothing),
		/** It then signs in no posting that names no identifier; what it has signed stays. */
		giveUpCertificate: answers<readonly EnrolledCertificate[]>().to(ofCertificate),
		describe: answers<Account>().to(describeAccount),
		/** Forgets the account, with what has not been sent. */
		logOut: answers<null>().to(nothing),
		/** Tries to reach the service now. */
		connect: answers<null>().to(nothing),
	},
	postings: {
		list: answers<PostingList>().to(nothing),
		get: answers<Posting>().to(ofPosting),
		timeline: answers<readonly TimelineEntry[]>().to(ofPosting),
		/** The newest revision, fetched where it is not here; the owner learns that it was opened. */
		openDocument: answers<OpenDocument>().to(ofPostingDocument),
		/** Resolves when every document is signed and sent, or waits; meanwhile `signingStage` is told. */
		sign: answers<PostingSigned>().to(signPosting),
		/** Resolves when kept signatures are completed and sent, or wait; meanwhile `signingStage` is told. */
		complete: answers<PostingSigned>().to(completePosting),
		approve: answers<Posting>().to(ofPosting),
		decline: answers<Posting>().to(declinePosting),
		delegate: answers<Posting>().to(delegatePosting),
		cancel: answers<Posting>().to(cancelPosting),
		/** Ends a posting that cannot be completed because somebody declined. */
		acceptDecline: answers<Posting>().to(ofPosting),
		remind: answers<Posting>().to(remindPerson),
		replace: answers<Posting>().to(replacePerson),
		/** The bundle: documents, signature object, receipts, events. */
		download: answers<Saved>().to(ofPosting),
		/** "I have all of it." */
		acknowledge: answers<Posting>().to(ofPosting),
		saveReceipt: answers<Saved>().to(ofPosting),
		release: answers<Posting>().to(ofPosting),
		/** Sends again what the service did not take, on what the posting is now. */
		again: answers<null>().to(ofUndelivered),
		/** Gives up what the service did not take, and what was to come after it. */
		giveUp: answers<null>().to(ofUndelivered),
	},
	drafts: {
		/** Empty, with its ids and with times from the account's habits. */
		create: answers<PostingDraft>().to(nothing),
		get: answers<PostingDraft>().to(ofPosting),
		save: answers<null>().to(postingDraft),
		remove: answers<null>().to(ofPosting),
		/** Takes an open document into the store. */
		addDocument: answers<DraftDocument>().to(addDraftDocument),
		openDocument: answers<OpenDocument>().to(ofDraftDocument),
		/** Puts the fields into the documents, and sends it. */
		send: answers<Posting>().to(postingDraft),
	},
	keys: {
		/** Keeps a copy of a key file, encrypted as it is. */
		addFile: answers<KeptKey>().to(addKeyFile),
		/** Gets into a signing service, in the person's browser where it wants that, and keeps what keys are there. */
		addService: answers<KeptKey>().to(addService),
		/** A key file is removed with its copy; a service keeps what it has. */
		forget: answers<null>().to(z.strictObject({ id: keptKeyId })),
		answerCode: answers<null>().to(answerCode),
	},
	settings: {
		get: answers<Settings>().to(nothing),
		set: answers<Settings>().to(settingsChange),
		/** PEM or base64 of one certificate, or several. */
		addTrust: answers<Settings>().to(z.strictObject({ pem: z.string().max(1_000_000) })),
		removeTrust: answers<Settings>().to(z.strictObject({ id: trustId })),
	},
	app: {
		info: answers<AppInfo>().to(nothing),
	},
} as const;

/** What the window is told. */
export interface Events {
	/** A file was opened from outside: double click, command line, a second start. */
	readonly documentOpened: OpenDocument;
	/** Could not be opened from outside. */
	readonly documentFailed: Failure;
	/** The bytes on disk are no longer those shown. */
	readonly documentChanged: { readonly handle: DocumentHandle };
	readonly batchChanged: BatchNews;
	readonly signingStage: { readonly job: JobId; readonly stage: SigningStage };
	/** A card came or went: ask `tokens.list` again. */
	readonly tokensChanged: null;
	/** A card was inserted and is being read, or that has ended: `tokensChanged` follows where there is something new. */
	/** A card that is wanted for what is left was taken out, and is waited for; null: no more. */
	readonly tokenAbsent: { readonly token: string } | null;
	readonly codeWanted: CodeQuestion;
	/** Null: it is waited for no longer. */
	readonly browserWanted: BrowserWait | null;
	readonly tokensReading: { readonly isReading: boolean };
	readonly settingsChanged: Settings;
	/** Something in the account or its postings is another: ask again for what is shown. */
	readonly accountChanged: Account | null;
	/** For a window in a browser, which shows it by the browser's means. */
	readonly postingNotice: PostingNotice;
	/** A notice of it was pressed on the desktop. */
	readonly postingWanted: { readonly posting: PostingId };
	readonly menuCommand: { readonly command: MenuCommand };
}

export const eventNames = [
	'documentOpened',
	'documentFailed',
	'documentChanged',
	'batchChanged',
	'signingStage',
	'tokensChanged',
	'tokenAbsent',
	'codeWanted',
	'browserWanted',
	'tokensReading',
	'settingsChanged',
	'accountChanged',
	'postingNotice',
	'postingWanted',
	'menuCommand',
] as const satisfies readonly (keyof Events)[];

// ----------------------------------------------------------------------------------------------------- the bridge

export type Facade = keyof typeof requests;
type VerbOf<F extends Facade, V extends keyof (typeof requests)[F]> = (typeof requests)[F][V];
export type ArgumentOf<F extends Facade, V extends keyof (typeof requests)[F]> =
	VerbOf<F, V> extends Verb<infer Argument, unknown> ? z.output<Argument> : never;
export type AnswerOf<F extends Facade, V extends keyof (typeof requests)[F]> =
	VerbOf<F, V> extends Verb<z.ZodType, infer Answer> ? Answer : never;

type Ask<Argument, Answer> = [Argument] extends [undefined]
	? () => Promise<Reply<Answer>>
	: (argument: Argument) => Promise<Reply<Answer>>;

/** `window.paraph`: the facades, the verbs that take files, and the subscriptions. */
export type Bridge = {
	readonly [F in Facade]: {
		readonly [V in keyof (typeof requests)[F]]: Ask<ArgumentOf<F, V>, AnswerOf<F, V>>;
	};
} & {
	readonly files: {
		/** Opens a file that was dropped or picked. It is read where it lies, or (loopback) streamed to the host. */
		open(file: File): Promise<Reply<OpenDocument>>;
		/** Adds it to the batch, in the same way. */
		addToBatch(file: File): Promise<Reply<null>>;
		/** Names a file that is no document: a bundle, trust material. */
		pick(file: File): Promise<Reply<PickedFile>>;
	};
	readonly events: {
		/** @returns ends the subscription. */
		on<Name extends keyof Events>(name: Name, listener: (told: Events[Name]) => void): () => void;
	};
};
