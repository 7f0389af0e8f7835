/** What can be asked of a posting. The bodies on the wire are the same, less what the service finds out by itself. */
import { z } from 'zod';
import {
	type DocumentId,
	documentId,
	type Immutable,
	type Instant,
	type SignatoryId,
	type SignatureId,
	sha256,
	signatoryId,
	signatureId,
} from './identifiers.ts';
import {
	type AcceptedSignature,
	type BlobReference,
	type IdentityMatch,
	type PostingOwner,
	personNamed,
	postingContent,
	type SignatureLevel,
} from './posting.ts';

const as = signatoryId.describe('the signatory in whose place the person acts');

/** Bodies of the commands that people give, by type. */
export const commandBodies = {
	/** The owner's. */
	create: z.object({ content: postingContent }),
	edit: z.object({ content: postingContent }),
	activate: z.object({}),
	cancel: z.object({ reason: z.string().trim().max(1000) }),
	/** Ends a posting that can no longer be completed because somebody declined. */
	acceptDecline: z.object({}),
	/** Names somebody else in the place of one who declined. */
	replace: z.object({ signatory: signatoryId, successor: signatoryId, person: personNamed }),
	remind: z.object({ signatory: signatoryId }),
	/** "I have all of it": what was downloaded is safe with the owner. */
	acknowledge: z.object({ bundle: sha256 }),
	/** The signatories'. */
	open: z.object({ as }),
	prepareSignature: z.object({ as, signature: signatureId, document: documentId, base: sha256 }),
	releaseLease: z.object({ as, signature: signatureId }),
	submitSignature: z.object({
		as,
		signature: signatureId,
		document: documentId,
		/** SHA-256 of the revision signed over: the `If-Match`. */
		base: sha256,
		/** What was appended, uploaded before. */
		tail: z.object({ sha256, size: z.number().int().positive() }),
	}),
	approve: z.object({ as }),
	decline: z.object({ as, reason: z.string().trim().min(1).max(1000) }),
	delegate: z.object({ as, successor: signatoryId, person: personNamed }),
	/** "I have my receipt": the service need not keep it for this signatory. */
	release: z.object({ as, receipt: sha256 }),
} as const;

export type PersonCommandType = keyof typeof commandBodies;

type BodyOf<Type extends PersonCommandType> = Immutable<z.infer<(typeof commandBodies)[Type]>>;

type WireCommand = {
	// A body without fields is inferred as one that may have none of any name.
	[Type in PersonCommandType]: { readonly type: Type } & (string extends keyof BodyOf<Type> ? unknown : BodyOf<Type>);
}[PersonCommandType];

/** What the service found out about an increment before it asks the rules; all of it holds. */
export interface SubmittedFacts {
	readonly field: string;
	readonly level: SignatureLevel;
	readonly certificate: AcceptedSignature['certificate'];
	readonly claimedTime: Instant | null;
	readonly bestTime: Instant;
	/** By what it is the signatory's certificate (`matchIdentity`). */
	readonly identity: IdentityMatch;
	readonly revision: BlobReference;
}

/** What a command needs that whoever gives it cannot be believed about. */
interface Facts {
	readonly create: { readonly owner: PostingOwner };
	/** Empty signature fields by document. */
	readonly activate: { readonly fields: ReadonlyMap<DocumentId, readonly string[]> };
	readonly submitSignature: { readonly submitted: SubmittedFacts };
}

/** Commands of the clock and of validation, which nobody can give from outside. */
export type ServiceCommand =
	| {
			readonly type: 'rejectSignature';
			readonly signature: SignatureId;
			readonly code: string;
			readonly message: string;
	  }
	| { readonly type: 'recordReceipt'; readonly signatory: SignatoryId; readonly receipt: BlobReference }
	| { readonly type: 'recordBundle'; readonly bundle: BlobReference }
	| { readonly type: 'remindDue' }
	| { readonly type: 'expire' }
	| { readonly type: 'purge' };

export type PersonCommand = {
	[Command in WireCommand as Command['type']]: Command['type'] extends keyof Facts
		? Command & Facts[Command['type']]
		: Command;
}[PersonCommandType];

export type Command = PersonCommand | ServiceCommand;
export type CommandOf<Type extends Command['type']> = Extract<Command, { readonly type: Type }>;
