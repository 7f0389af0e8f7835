import { ParaphError } from '../ports/errors.ts';

export type RoomErrorCode =
	/** Not what its sender sealed, or no bundle at all. */
	| 'bundle-altered'
	/** From a sender that is not the known one, or for another receiver. */
	| 'bundle-foreign'
	/** Taken in before. */
	| 'bundle-replayed'
	/** One before it is missing, or it continues another history. */
	| 'bundle-out-of-order'
	/** Larger than what a bundle may be, in bytes or in documents. */
	| 'bundle-too-large'
	/** A name that could lead elsewhere, or be read as another one. */
	| 'name-unsafe'
	/** Two names that some file system takes for one. */
	| 'name-duplicate'
	/** What is to be packed or sealed is a link, a folder or a device. */
	| 'not-a-file'
	/** Changed while it was read. */
	| 'file-changed'
	| 'output-exists'
	| 'room-exists'
	| 'room-missing'
	| 'room-damaged'
	/** A key in a token guards its keys, and was not asked. */
	| 'room-locked'
	/** Not the public half of a room or a desk. */
	| 'peer-unreadable'
	/** Another command is working with the same room. */
	| 'room-busy'
	/** Nothing was opened yet, so there is nobody to answer. */
	| 'room-unpaired'
	| 'clock-behind'
	| 'log-broken'
	/** A document of the bundle has no signed output in the folder. */
	| 'document-unsigned'
	/** A document has two signed outputs. */
	| 'document-ambiguous'
	/** It does not continue what was packed. */
	| 'document-mismatch'
	| 'trust-altered'
	| 'trust-foreign'
	/** Older than what the room has. */
	| 'trust-superseded'
	/** Older than it may become. */
	| 'trust-expired';

const hints: Record<RoomErrorCode, string> = {
	'bundle-altered': 'Have it sent again; if it happens again, look at who carries it.',
	'bundle-foreign': 'Take bundles only from the desk this room knows, and only those packed for this room.',
	'bundle-replayed': 'This one was taken in already; bring the next.',
	'bundle-out-of-order':
		'Bring the bundles in the order they were made; if one is lost for good, say so with --accept-loss.',
	'bundle-too-large': 'Pack fewer documents into each bundle.',
	'name-unsafe': 'Give the file a plain name.',
	'name-duplicate': 'Give the files different names.',
	'not-a-file': 'Name regular files.',
	'file-changed': 'Wait until it is written, then try again.',
	'output-exists': 'Name an empty folder or another file.',
	'room-exists': 'Name a new folder, or go on with the room that is there.',
	'room-missing': 'Make it with `paraph room init DIR`, or name it with --room DIR.',
	'room-damaged': 'Restore the folder from a copy.',
	'room-locked': 'Insert the token, and give its PIN with --pin-env or --pin-file.',
	'peer-unreadable': 'Give the room.pem that `paraph room init` wrote.',
	'room-busy': 'Wait until the other command has ended; if none is running, remove the file named.',
	'room-unpaired': 'Open a bundle, or import trust material, first.',
	'clock-behind': 'Set the clock; if it is right, say so with --confirm-clock.',
	'log-broken': 'Keep the folder as it is and find out who changed the log.',
	'document-unsigned': 'Sign it, or seal without it with --partial.',
	'document-ambiguous': 'Leave only the one that is to go out.',
	'document-mismatch': 'Ask the room to seal the right documents.',
	'trust-altered': 'Have it sent again.',
	'trust-foreign': 'Take trust material only from the desk this room knows.',
	'trust-superseded': 'The room has newer trust material.',
	'trust-expired': 'Have new trust material made with `paraph room trust`.',
};

/** Something about a room, a bundle, or trust material for a room. */
export class RoomError extends ParaphError {
	readonly code: RoomErrorCode;

	constructor(code: RoomErrorCode, message: string, options: { subject?: string | undefined; cause?: unknown } = {}) {
		super(message, { hint: hints[code], subject: options.subject, cause: options.cause });
		this.code = code;
	}
}
