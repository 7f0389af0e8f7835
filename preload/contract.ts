/**
 * The one list of what the window may ask and may be told, the same in both hosts (Electron, loopback).
 *
 * `requests` are asked by the window and answered once; `events` are told to it and never answered. Every argument has
 * a schema, and the host checks it before anything else happens. No argument carries a path: the window holds opaque
 * handles, and a handle pins the SHA-256 of the bytes that were shown. No answer is thrown: a verb resolves to a
 * `Reply`, since an error's fields do not survive the way over the bridge.
 */
import { z } from 'zod';

// ---------------------------------------------------------------------------------------------------- identifiers

const opaque = z.string().min(1).max(128);
const documentHandle = opaque.brand<'DocumentHandle'>();
const listingId = opaque.brand<'ListingId'>();
const identityId = opaque.brand<'IdentityId'>();
const tokenId = opaque.brand<'TokenId'>();
const jobId = z
	.string()
	.regex(/^[\w-]{8,64}$/)
	.brand<'JobId'>();
const trustId = opaque.brand<'TrustId'>();

/** A document that is open. It pins the bytes shown: reading or signing others fails with `document-changed`. */
export type DocumentHandle = z.infer<typeof documentHandle>;
/** A folder or file in the loopback host's own chooser. */
export type ListingId = z.infer<typeof listingId>;
/** A certificate together with the key and the token that it signs with. */
export type IdentityId = z.infer<typeof identityId>;
export type TokenId = z.infer<typeof tokenId>;
/** Chosen by the window (`crypto.randomUUID()`), so that no stage is told before its job is known. */
export type JobId = z.infer<typeof jobId>;
export type TrustId = z.infer<typeof trustId>;

/** For the window, which makes job ids itself. */
export const newJobId = (): JobId => jobId.parse(globalThis.crypto.randomUUID());

// -------------------------------------------------------------------------------------------------------- replies

/** What went wrong, in a form that crosses the bridge. The window has words of its own for each `code`. */
export interface Failure {
	/** Kebab-case and stable: the code of a `ParaphError`, `bad-request`, or `unexpected`. */
	readonly code: string;
	/** English: what happened, to what. */
	readonly message: string;
	/** English: what to do. */
	readonly hint: string;
	/** A file's name, a token's label, an address. Never a secret. */
	readonly subject: string | null;
	readonly details: FailureDetails;
}

/** What some codes bring along. */
export interface FailureDetails {
	readonly pinState?: PinState;
	readonly triesLeft?: number;
	/** What there is instead, where something was ambiguous or unknown. */
	readonly candidates?: readonly string[];
	/** HTTP status, where a server refused. */
	readonly status?: number;
	/** For `bad-request`: where in the argument. */
	readonly where?: string;
}

export type Reply<Value> =
	| { readonly ok: true; readonly value: Value }
	| { readonly ok: false; readonly error: Failure };

// ------------------------------------------------------------------------------------------------------ documents

/** Lower left corner and size on the page as displayed (rotation applied), in 1/72 inch. */
const rectangle = z.strictObject({
	x: z.number(),
	y: z.number(),
	width: z.number().positive(),
	height: z.number().positive(),
});
export type Rectangle = z.infer<typeof rectangle>;

/** Something in the file that may make it look different elsewhere or later; said before the PIN is asked. */
export interface Concern {
	readonly code:
		| 'xfa'
		| 'javascript'
		| 'hidden-layers'
		| 'fonts-not-embedded'
		| 'external-content'
		| 'embedded-files'
		| 'rebuilt';
	/** From 1, where it concerns one page. */
	readonly page: number | null;
}

/** An empty signature field that waits for a signature. */
export interface EmptyField {
	readonly name: string;
	/** From 1. */
	readonly page: number | null;
	readonly rectangle: Rectangle | null;
}

export interface OpenDocument {
	readonly handle: DocumentHandle;
	/** The file's name without its folder. */
	readonly name: string;
	/** The folder as text for people; null for a file that was dropped on the loopback host's window. */
	readonly folder: string | null;
	/** Bytes. */
	readonly size: number;
	/** Lower-case hex, over the bytes that the handle pins. */
	readonly sha256: string;
	/** Null while `locked`. */
	readonly pages: number | null;
	/** Wants a password: see `documents.unlock`. */
	readonly locked: boolean;
	/** Whether the certification in the file forbids another signature. */
	readonly signable: { readonly ok: true } | { readonly ok: false; readonly code: string; readonly message: string };
	readonly signatureCount: number;
	readonly emptyFields: readonly EmptyField[];
	readonly concerns: readonly Concern[];
}

export interface Listing {
	readonly id: ListingId;
	/** The folder's name. */
	readonly name: string;
	/** From the outermost to the one shown. */
	readonly trail: readonly { readonly id: ListingId; readonly name: string }[];
	/** Where people start: home, documents, downloads, desktop. */
	readonly places: readonly { readonly id: ListingId; readonly kind: PlaceKind; readonly name: string }[];
	/** Folders first, then PDF files, each by name. Hidden ones are left out. */
	readonly entries: readonly ListingEntry[];
	/** More than the listing shows. */
	readonly truncated: boolean;
}
export type PlaceKind = 'home' | 'documents' | 'downloads' | 'desktop' | 'started-here';

export interface ListingEntry {
	readonly id: ListingId;
	readonly kind: 'folder' | 'document';
	readonly name: string;
	/** Bytes; null for a folder. */
	readonly size: number | null;
	/** ISO 8601, UTC. */
	readonly modified: string | null;
}

/** Where something that was to be kept ended up. */
export type Saved =
	| { readonly kind: 'saved'; readonly name: string }
	/** The loopback host has no dialog: the window follows this address of its own origin, once. */
	| { readonly kind: 'download'; readonly name: string; readonly url: string }
	| { readonly kind: 'cancelled' };

// ----------------------------------------------------------------------------------------------------- signatures

/** The words of the panel; each has its own icon, word and colour. */
export type SignatureState = 'valid' | 'unconfirmed' | 'changed' | 'invalid';
export type Indication = 'TOTAL-PASSED' | 'TOTAL-FAILED' | 'INDETERMINATE';
export type Level = 'b-b' | 'b-t' | 'b-lt' | 'b-lta';

export interface Person {
	/** What to call them: the common name, else the organisation, else the whole subject. */
	readonly name: string;
	readonly organisation: string | null;
	/** RFC 4514. */
	readonly subject: string;
	/** RFC 4514. */
	readonly issuer: string;
	readonly issuerName: string;
	/** Lower-case hex. */
	readonly serial: string;
}

/** One line under "Details": the window translates `label`, the value is shown as it is. */
export interface Fact {
	readonly label: string;
	readonly value: string;
}

export interface Change {
	/** A code of the change analysis, e.g. `field-filled`. */
	readonly what: string;
	readonly level: ChangeLevel;
	/** From 1. */
	readonly page: number | null;
	/** Its number in the file. */
	readonly object: number | null;
	readonly rectangle: Rectangle | null;
	/** Name of the field, subtype of the annotation, … */
	readonly detail: string | null;
}

/** From harmless to fatal. */
export type ChangeLevel = 'none' | 'lta' | 'form-filling' | 'annotations' | 'disallowed';

export interface SignatureCard {
	/** Names the signature inside this document for the other verbs. */
	readonly id: string;
	readonly field: string;
	readonly kind: 'signature' | 'document-timestamp';
	readonly state: SignatureState;
	readonly indication: Indication;
	/** EN 319 102-1, e.g. `REVOKED_NO_POE`. */
	readonly subIndication: string | null;
	/** What decided the state, in the order of weight; the first is the sentence on the card. */
	readonly reasons: readonly { readonly code: string; readonly message: string }[];
	readonly warnings: readonly { readonly code: string; readonly message: string }[];
	/** Null where no certificate could be read. */
	readonly signer: Person | null;
	/** Rests on a test anchor: shown as TEST, never as plainly valid. */
	readonly test: boolean;
	/** Null for a document timestamp, and where the signature cannot be read. */
	readonly level: Level | 'basic' | null;
	readonly qualification: 'qualified' | 'advanced-qc' | 'advanced' | null;
	/** What the signer's computer said; ISO 8601, UTC. */
	readonly claimedTime: string | null;
	/** The earliest time that is proved; ISO 8601, UTC. */
	readonly bestTime: string | null;
	/** Who proves `bestTime`: a timestamp authority's name; null where nobody does. */
	readonly timeProvedBy: string | null;
	/** Until when it can be checked without asking the issuer, if nothing is renewed; ISO 8601. */
	readonly provableUntil: string | null;
	readonly reason: string | null;
	readonly location: string | null;
	readonly coversWholeRevision: boolean;
	readonly bytesAfter: number;
	readonly changes: {
		readonly level: ChangeLevel;
		readonly items: readonly Change[];
	};
	/** Where the mark is; null when the signature shows none. */
	readonly mark: { readonly page: number; readonly rectangle: Rectangle } | null;
	readonly facts: readonly Fact[];
}

export interface FileVerdict {
	readonly indication: Indication | 'NO-SIGNATURE';
	/** In the order in which they were made. */
	readonly signatures: readonly SignatureCard[];
	/** Whether the network was asked. Without, missing revocation data is "cannot be confirmed". */
	readonly online: boolean;
	/** Whether asking the network could change the verdict: then the window asks for consent. */
	readonly onlineWouldHelp: boolean;
}

// -------------------------------------------------------------------------------------------------------- signing

/** What a token says of its PIN before it is asked. */
export type PinState = 'ok' | 'tried-wrongly' | 'last-try' | 'locked' | 'not-set' | 'to-be-changed';

export interface PinFacts {
	/** `pad`: typed on the reader. `none`: the token asks for none. */
	readonly entry: 'typed' | 'pad' | 'none';
	readonly state: PinState;
	/** Only where the card gives a number. */
	readonly triesLeft: number | null;
	/** Asked anew for each signature. */
	readonly perSignature: boolean;
	readonly minimumLength: number | null;
	readonly maximumLength: number | null;
}

export interface CertificateSummary extends Person {
	/** ISO 8601, UTC. */
	readonly notBefore: string;
	/** ISO 8601, UTC. */
	readonly notAfter: string;
	/** E.g. `RSA 2048`, `ECDSA P-256`. */
	readonly key: string;
	/** Lower-case hex of the certificate's SHA-256. */
	readonly sha256: string;
	/** Codes of what it is made for: `sign`, `non-repudiation`, `authenticate`, `encrypt`. */
	readonly purposes: readonly string[];
}

/** A certificate one might sign with. */
export interface Identity {
	readonly id: IdentityId;
	readonly token: { readonly id: TokenId; readonly label: string };
	readonly certificate: CertificateSummary;
	readonly pin: PinFacts;
	/** Why it cannot sign: `expired`, `not-yet-valid`, `key-usage`, `no-private-key`, … */
	readonly usable: { readonly ok: true } | { readonly ok: false; readonly code: string; readonly message: string };
	/** Rests on a test anchor. */
	readonly test: boolean;
}

/** The mark on the page. The host makes its text (name, time, reason, place), so the preview is what is written. */
const mark = z.strictObject({
	/** From 1. */
	page: z.int().min(1),
	rectangle,
});

const level = z.enum(['b-b', 'b-t', 'b-lt', 'b-lta']);
const note = z.string().trim().max(500);

/** What the signature says besides who signed; an empty text is left out. */
const signatureWords = {
	reason: note.optional(),
	location: note.optional(),
};

const preview = z.strictObject({ handle: documentHandle, identity: identityId, mark, ...signatureWords });

const sign = z.strictObject({
	job: jobId,
	handle: documentHandle,
	identity: identityId,
	/** Leave out where `PinFacts.entry` is not `typed`. Held no longer than the call. */
	pin: z.string().min(1).max(256).optional(),
	level,
	/** Sign this empty field (then its own place is used and `mark` is null), else one is made. */
	field: z.string().min(1).max(256).optional(),
	/** Null: no mark on the page. */
	mark: mark.nullable(),
	...signatureWords,
});
export type SignRequest = z.infer<typeof sign>;

const complete = z.strictObject({ job: jobId, handle: documentHandle, level });

/** In this order; those that the level does not need are left out. */
export type SigningStage = 'preparing' | 'token' | 'timestamp' | 'proof' | 'archive-timestamp' | 'writing';

export interface SigningOutcome {
	/** `incomplete`: the signature stands and is kept, the level asked for was not reached; see `pending`. */
	readonly outcome: 'signed' | 'incomplete';
	/** The signed file, open. */
	readonly document: OpenDocument;
	readonly requested: Level;
	readonly level: Level;
	/** What `signing.complete` must add. */
	readonly pending: readonly string[];
	/** Why it is incomplete. */
	readonly cause: Failure | null;
	/** Codes, e.g. `revocation-older-than-signature`. */
	readonly warnings: readonly string[];
}

// --------------------------------------------------------------------------------------------------------- tokens

export interface TokenCard {
	readonly id: TokenId;
	/** Null: a reader without a card, or a token on which nothing was ever put. */
	readonly label: string | null;
	/** A token is there, and was never initialised (SoftHSM always shows one). */
	readonly blank: boolean;
	readonly reader: string;
	readonly manufacturer: string | null;
	readonly model: string | null;
	readonly serial: string | null;
	readonly pin: PinFacts;
	readonly identities: readonly Identity[];
	/** Why what is in the reader cannot be asked. */
	readonly failure: Failure | null;
}

/** A driver, and what is in its readers. */
export interface ModuleCard {
	/** File name of the driver. */
	readonly name: string;
	readonly description: string | null;
	readonly version: string | null;
	readonly tokens: readonly TokenCard[];
	/** Why it cannot be used. */
	readonly failure: Failure | null;
}

export interface TokenOverview {
	readonly modules: readonly ModuleCard[];
	/** In plain codes with a remedy, when something is missing. */
	readonly diagnosis: readonly { readonly code: string; readonly message: string; readonly hint: string }[];
}

// ------------------------------------------------------------------------------------------------------- settings

const language = z.enum(['system', 'en', 'nb', 'fr', 'de']);
const theme = z.enum(['system', 'light', 'dark']);
const httpAddress = z.url({ protocol: /^https?$/ }).max(2048);

/** Each may be left out: then it stays as it is. */
export const settingsChange = z
	.strictObject({
		language,
		theme,
		/** Tried in this order. */
		timestampServers: z.array(z.strictObject({ url: httpAddress })).max(16),
		level,
		/** Whether checking someone's file may ask the network: each time, always, never. */
		onlineChecks: z.enum(['ask', 'always', 'never']),
		remembered: z.strictObject({
			reason: note.nullable(),
			location: note.nullable(),
			/** SHA-256 of the certificate chosen last. */
			certificate: z.string().max(64).nullable(),
		}),
		thumbnails: z.boolean(),
	})
	.partial();
export type SettingsChange = z.infer<typeof settingsChange>;
export type SettingName = keyof SettingsChange;

export type Settings = { readonly [Name in SettingName]-?: Exclude<SettingsChange[Name], undefined> } & {
	/** Fixed by the machine's configuration: shown, and not to be changed. */
	readonly locked: readonly SettingName[];
	readonly trust: readonly {
		readonly id: TrustId;
		readonly name: string;
		/** Where it comes from, for people. */
		readonly source: string;
		readonly test: boolean;
		readonly removable: boolean;
	}[];
};

// ------------------------------------------------------------------------------------------------------------ app

export interface AppInfo {
	readonly version: string;
	readonly host: 'electron' | 'loopback';
	readonly platform: 'linux' | 'darwin' | 'win32';
	/** `listing`: the window shows a chooser of its own over `documents.listing`. */
	readonly chooser: 'dialog' | 'listing';
	/** Whether `documents.reveal` can do something here. */
	readonly canReveal: boolean;
	/** Test anchors are trusted: a TEST banner stays in view. */
	readonly testProfile: boolean;
	/** The page in which pdf.js runs, of an origin of its own, without this bridge. */
	readonly frameUrl: string;
}

/** What the menu and its accelerators can ask of the window. */
export type MenuCommand =
	| 'open'
	| 'close'
	| 'sign'
	| 'save-as'
	| 'print'
	| 'find'
	| 'zoom-in'
	| 'zoom-out'
	| 'zoom-reset'
	| 'toggle-thumbnails'
	| 'command-palette'
	| 'show-documents'
	| 'show-tokens'
	| 'show-settings';

// ------------------------------------------------------------------------------------------------------- the list

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

/** What the window may ask. Two verbs take files instead of data and are in `Bridge` below. */
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
	readonly signingStage: { readonly job: JobId; readonly stage: SigningStage };
	/** A card came or went: ask `tokens.list` again. */
	readonly tokensChanged: null;
	readonly settingsChanged: Settings;
	readonly menuCommand: { readonly command: MenuCommand };
}

export const eventNames = [
	'documentOpened',
	'documentFailed',
	'documentChanged',
	'signingStage',
	'tokensChanged',
	'settingsChanged',
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

/** `window.paraph`: the facades, the two verbs that take files, and the subscriptions. */
export type Bridge = {
	readonly [F in Facade]: {
		readonly [V in keyof (typeof requests)[F]]: Ask<ArgumentOf<F, V>, AnswerOf<F, V>>;
	};
} & {
	readonly files: {
		/** Opens a file that was dropped or picked. It is read where it lies, or (loopback) streamed to the host. */
		open(file: File): Promise<Reply<OpenDocument>>;
	};
	readonly events: {
		/** @returns ends the subscription. */
		on<Name extends keyof Events>(name: Name, listener: (told: Events[Name]) => void): () => void;
	};
};
