/** Postings: documents that an owner sends to signatories. What the window sees of them, and what it may ask. */

import { z } from 'zod';
import { rectangle } from './documents.ts';
import { documentHandle, identityId, jobId } from './identifiers.ts';
import type { Failure } from './replies.ts';
import { level, note } from './signing.ts';

const uuid = z.uuidv7();
export const postingId = uuid.brand<'PostingId'>();
export type PostingId = z.infer<typeof postingId>;
const documentId = uuid;
const stepId = uuid;
const signatoryId = uuid;
const opId = uuid;
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
/** UTC with milliseconds. */
const instant = z.iso.datetime({ precision: 3 });

/** 1 low … 4 very high: how sure it is who somebody is. */
const assurance = z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)]);
export type Assurance = z.infer<typeof assurance>;

const role = z.enum(['signer', 'approver', 'viewer', 'witness']);
export type Role = z.infer<typeof role>;
export const roles = role.options;

const language = z.enum(['en', 'nb', 'fr', 'de']);

const personName = z.string().trim().min(1).max(200);
const email = z.email().max(254);
/** As EN 319 412-1 writes it in certificates, e.g. `PNONO-15038412345`; null: the certificate they enrol counts. */
const identifier = z
	.string()
	.max(128)
	.regex(/^(?:(?:PAS|IDC|PNO|TAX|TIN|VAT|NTR|PSD)[A-Z]{2}|[A-Z]{2}:[A-Z]{2})-[\x21-\x7e]+$/)
	.nullable();

/** Whether a text can be an identifier or an address; for those who type one. */
export const isIdentifier = (text: string): boolean => identifier.safeParse(text).success;
export const isEmail = (text: string): boolean => email.safeParse(text).success;

const sixDigits = z.string().regex(/^\d{6}$/);
/** Whether it can be the code of a mail or of an authenticator. */
export const isLoginCode = (text: string): boolean => sixDigits.safeParse(text).success;

const person = z.strictObject({ name: personName, email, language, identifier });
export type NamedPerson = z.infer<typeof person>;

// --------------------------------------------------------------------------------------------------------- the account

export const serviceAddress = z.url({ protocol: /^https?$/ }).max(2048);

/** A certificate, and the PIN where it is typed. */
const card = { job: jobId, identity: identityId, pin: z.string().min(1).max(256).optional() };

export const login = z.strictObject({ service: serviceAddress, ...card });
/** By what means people log in at a service. */
export const loginMethodsQuestion = z.strictObject({ service: serviceAddress });
export interface LoginMethods {
	/** In the browser, at these issuers. */
	readonly browser: readonly { readonly issuer: string; readonly name: string }[];
	/** By a code sent by mail. */
	readonly mail: boolean;
}
export const browserLogin = z.strictObject({ job: jobId, service: serviceAddress, issuer: z.url().max(2048) });
export const mailCode = z.strictObject({ service: serviceAddress, email, language });
export const mailLogin = z.strictObject({
	service: serviceAddress,
	login: z.uuid(),
	code: sixDigits,
});
/** An administrator's login wants a code of their authenticator besides. */
export interface SecondFactor {
	/** The login that it completes. */
	readonly login: string;
	/** False: they have none yet, and enrol one first. */
	readonly enrolled: boolean;
}
export type LoginAnswer =
	| { readonly kind: 'logged-in'; readonly account: Account }
	| ({ readonly kind: 'second-factor' } & SecondFactor);
export const ofLogin = z.strictObject({ login: z.uuid() });
export const secondFactorCode = z.strictObject({ login: z.uuid(), code: sixDigits });
/** What an authenticator is told. */
export interface NewAuthenticator {
	/** Base32, to be typed. */
	readonly secret: string;
	/** `otpauth:` with the same, for applications that take it as text. */
	readonly uri: string;
}
/** The certificate then counts in postings that name no identifier. */
export const enrol = z.strictObject(card);

export const ofCertificate = z.strictObject({ sha256 });

/** One that was enrolled. */
export interface EnrolledCertificate {
	/** Of its DER. */
	readonly sha256: string;
	readonly subject: string;
	readonly issuer: string;
	readonly notAfter: string;
	/** Of the login after which it was enrolled: no posting that asks for more takes it. */
	readonly assurance: Assurance;
	readonly enrolledAt: string;
}

/** Where letters go, and in which language. */
export const describeAccount = z.strictObject({ email: email.optional(), language: language.optional() });

/** Whether what is shown is what the service has. */
export type Connection = 'online' | 'connecting' | 'offline' | 'login-needed';

export interface Account {
	readonly service: string;
	readonly name: string;
	readonly email: string | null;
	readonly assurance: Assurance;
	/** What the person's certificates carry. */
	readonly identifiers: readonly string[];
	readonly connection: Connection;
	/** Why it is offline. */
	readonly failure: Failure | null;
	/** Commands that the service does not have yet. */
	readonly waiting: number;
	/** Of these, those that wait for the person. */
	readonly troubled: number;
	/** The store's key is in a file, for there is no keyring: told once, after it was made. */
	readonly keyInFile: boolean;
}

// ------------------------------------------------------------------------------------------------------ what is seen

export type PostingState = 'draft' | 'active' | 'completed' | 'declined' | 'cancelled' | 'expired' | 'purged';
export type StepState = 'waiting' | 'open' | 'satisfied' | 'failed';
export type SignatoryState =
	| 'pending'
	| 'notified'
	| 'opened'
	| 'signed'
	| 'approved'
	| 'viewed'
	| 'witnessed'
	| 'declined'
	| 'delegated'
	| 'replaced'
	| 'expired'
	| 'cancelled';

/** What a person can do with a posting now. */
export type PostingAction =
	| 'sign'
	| 'approve'
	| 'decline'
	| 'delegate'
	| 'cancel'
	| 'acceptDecline'
	/** The completed documents with their evidence. */
	| 'download'
	/** "I have all of it": the service may delete what it holds. */
	| 'acknowledge'
	| 'saveReceipt'
	/** The same for the receipt. */
	| 'release';

/** One line of the list. */
export interface PostingSummary {
	readonly id: PostingId;
	readonly title: string;
	/** Who sent it. */
	readonly owner: string;
	/** Something is, or was, asked of this person in it. */
	readonly received: boolean;
	/** This person is its owner; both may be so. */
	readonly sent: boolean;
	readonly state: PostingState;
	/** What is expected of this person now. */
	readonly todo: 'sign' | 'complete' | 'approve' | 'open' | null;
	/** Signatures and approvals that are in, and that are wanted. */
	readonly progress: { readonly done: number; readonly wanted: number };
	readonly expiresAt: string;
	/** Something done here has not reached the service: it waits, or it waits for the person. */
	readonly pending: 'waiting' | 'troubled' | null;
}

export interface PostingDocument {
	readonly id: string;
	readonly name: string;
	/** Bytes of its newest revision. */
	readonly size: number;
	readonly signatures: number;
	/**
	 * For this person: to be signed now; signed, but kept here until its timestamp or proof can be had; signed (perhaps not
	 * sent yet); or not theirs to sign.
	 */
	readonly mine: 'to-sign' | 'incomplete' | 'signed' | null;
	/** The field that waits for this person, while it is to be signed. */
	readonly field: string | null;
}

export interface PostingPerson {
	readonly id: string;
	readonly name: string;
	readonly email: string;
	readonly identifier: string | null;
	readonly role: Role;
	readonly state: SignatoryState;
	readonly since: string;
	readonly reason: string | null;
	readonly me: boolean;
	/** Name of who took their place. */
	readonly successor: string | null;
	/** Whether the owner may remind, or replace, them now. */
	readonly canRemind: boolean;
	readonly canReplace: boolean;
}

export interface PostingStep {
	readonly id: string;
	readonly state: StepState;
	/** How many of its people it needs; null: all. */
	readonly count: number | null;
	readonly documents: readonly string[];
	readonly people: readonly PostingPerson[];
}

/** A command that the service does not have, or did not take. */
export interface Undelivered {
	readonly opId: string;
	readonly type: string;
	readonly at: string;
	/** `conflict`: the posting is another one meanwhile. `rejected`: a rule refuses it. Null: it is only waiting. */
	readonly trouble: { readonly kind: 'conflict' | 'rejected'; readonly failure: Failure } | null;
}

export interface Posting extends PostingSummary {
	readonly message: string;
	readonly assurance: Assurance;
	readonly signatureLevel: 'b-b' | 'b-t' | 'b-lt' | 'b-lta';
	/** What this person is still to sign names no identifier of theirs: the certificate has to be enrolled. */
	readonly byEnrolled: boolean;
	readonly deleteAt: string;
	readonly endedAt: string | null;
	readonly downloadedAt: string | null;
	readonly documents: readonly PostingDocument[];
	readonly steps: readonly PostingStep[];
	readonly actions: readonly PostingAction[];
	readonly undelivered: readonly Undelivered[];
}

/** News of which the desktop tells. */
export interface PostingNotice {
	/** Something is asked of this person; one of theirs is completed. */
	readonly kind: 'waits' | 'completed';
	/** How many at once; what follows is of the first. */
	readonly count: number;
	readonly posting: PostingId;
	readonly title: string;
	/** Who sent it. */
	readonly from: string;
}

/** One line of what happened. */
export interface TimelineEntry {
	/** Its number in the service's record. */
	readonly seq: number;
	readonly at: string;
	/** `posting.activated`, `signatory.signed`, … */
	readonly action: string;
	/** Whom it is about: a signatory's name. */
	readonly person: string | null;
	/** Which document it is about. */
	readonly document: string | null;
	/** Who did it, where the service says so. */
	readonly by: string | null;
}

// -------------------------------------------------------------------------------------------------------- composition

const draftDocument = z.strictObject({
	id: documentId,
	name: z.string().trim().min(1).max(200),
	sha256,
	size: z.int().positive(),
	pages: z.int().positive(),
});
export type DraftDocument = z.infer<typeof draftDocument>;

const draftPerson = z.strictObject({
	id: signatoryId,
	step: stepId,
	role,
	/** As they are typed: checked when it is sent. */
	name: z.string().max(200),
	email: z.string().max(254),
	identifier: z.string().max(128),
	language,
});
export type DraftPerson = z.infer<typeof draftPerson>;

const draftStep = z.strictObject({
	id: stepId,
	/** Null: all of its people. */
	count: z.int().min(1).max(100).nullable(),
	documents: z.array(documentId).max(100),
});

/** Where somebody signs on the pages of a document. */
const draftField = z.strictObject({ person: signatoryId, document: documentId, page: z.int().min(1), rectangle });

/** A posting that is being written: kept on this device alone, as it stands, until it is sent. */
export const postingDraft = z.strictObject({
	id: postingId,
	title: z.string().max(200),
	message: z.string().max(4000),
	documents: z.array(draftDocument).max(100),
	/** In the order in which they open. */
	steps: z.array(draftStep).max(20),
	people: z.array(draftPerson).max(100),
	fields: z.array(draftField).max(10_000),
	assurance,
	signatureLevel: level,
	expiresAt: instant,
	deleteAt: instant,
	remindAfterDays: z.int().min(1).max(90).nullable(),
	allowDelegation: z.boolean(),
});
export type PostingDraft = z.infer<typeof postingDraft>;

/** A draft in the list. */
export interface DraftSummary {
	readonly id: PostingId;
	readonly title: string;
	readonly changedAt: string;
}

export interface PostingList {
	/** Those that end first come first; those that have ended last. */
	readonly postings: readonly PostingSummary[];
	readonly drafts: readonly DraftSummary[];
}

// ------------------------------------------------------------------------------------------------------------ verbs

export const ofPosting = z.strictObject({ posting: postingId });
export const ofPostingDocument = z.strictObject({ posting: postingId, document: documentId });
export const ofUndelivered = z.strictObject({ opId });
export const addDraftDocument = z.strictObject({ handle: documentHandle });
export const ofDraftDocument = z.strictObject({ document: draftDocument });

/** Signs the documents that were shown, in one go: one PIN where the card allows. */
export const signPosting = z.strictObject({
	posting: postingId,
	documents: z
		.array(z.strictObject({ document: documentId, handle: documentHandle }))
		.min(1)
		.max(100),
	...card,
	reason: note.optional(),
	location: note.optional(),
});

/** Adds what they lack to signatures of the person that are kept here, and sends them; no key is needed. */
export const completePosting = z.strictObject({ job: jobId, posting: postingId });

/** What became of each document. */
export interface PostingSigned {
	readonly documents: readonly {
		readonly document: string;
		/**
		 * `accepted` by the service; `waiting` until the network is back; `changed`: somebody signed meanwhile and more than
		 * a signature is new, or a new PIN is wanted: look at it, and sign again; `incomplete`: signed and kept here, until
		 * what it lacks is added: `failure` says why it could not be.
		 */
		readonly outcome: 'accepted' | 'waiting' | 'incomplete' | 'changed' | 'failed';
		readonly failure: Failure | null;
	}[];
}

export const declinePosting = z.strictObject({ posting: postingId, reason: z.string().trim().min(1).max(1000) });
export const delegatePosting = z.strictObject({ posting: postingId, person });
export const cancelPosting = z.strictObject({ posting: postingId, reason: z.string().trim().max(1000) });
export const remindPerson = z.strictObject({ posting: postingId, person: signatoryId });
export const replacePerson = z.strictObject({ posting: postingId, person: signatoryId, by: person });
