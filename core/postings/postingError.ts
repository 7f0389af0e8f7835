import { ParaphError } from '../ports/errors.ts';

/** What to do about each rule that can refuse a command. */
const hints = {
	'posting-exists': 'Give the new posting an id of its own.',
	'posting-missing': 'Look at the list of postings; you may not be one of its people.',
	'posting-purged': 'Its content was destroyed as promised; your own copy and the receipt remain.',
	'not-permitted': 'Only those whom the posting names for this may do it.',
	'level-too-low': 'Log in with a stronger means, such as your card.',
	'not-a-draft': 'What was activated does not change; cancel it and make a new one.',
	'not-active': 'Only an active posting can be acted on.',
	'not-ended': 'Wait until the posting is completed, or cancel it.',
	'step-unknown': 'Name a step of this posting.',
	'step-not-open': 'Wait until the steps before it are done.',
	'step-without-signatories': 'Give each step somebody who signs, approves or witnesses.',
	'step-count-too-high': 'Ask for no more signatures than the step has people.',
	'document-unknown': 'Name a document of this posting.',
	'nothing-to-sign': 'Add documents and at least one step.',
	'document-in-no-step': 'Put each document into a step, or leave it out.',
	'duplicate-id': 'Give each document, step and signatory an id of its own.',
	'fields-incomplete': 'Place a field for each signatory on each document of their step.',
	'field-missing': 'Add the signature field to the PDF, and upload that.',
	'field-shared': 'Give each signatory a field of their own.',
	'deletion-too-late': 'Choose a deletion time within one year.',
	'deadline-passed': 'Choose a time that lies ahead.',
	'deadline-after-deletion': 'Let the time for signing end before the posting is deleted.',
	'signatory-unknown': 'Name a signatory of this posting.',
	'signatory-finished': 'They have done their part, or are no longer asked.',
	'signatory-not-declined': 'Only somebody who declined can be replaced.',
	'signatory-has-signed': 'Their signature stays in the documents; cancel the posting and make a new one.',
	'role-cannot': 'Signers and witnesses sign, approvers approve.',
	'delegation-not-allowed': 'Ask the owner to name somebody else, or decline.',
	'too-many-signatories': 'Make a second posting for the others.',
	'document-leased': 'Somebody is signing it at this moment; try again in a few minutes.',
	'head-changed': 'Fetch the document as it is now, look at what was added, and sign that.',
	'signature-unknown': 'Prepare the signature first.',
	'signature-decided': 'Prepare a new signature.',
	'document-already-signed': 'You have signed this document; the others of the step may be left.',
	'certificate-not-the-signatorys': 'Sign with the certificate that carries the identifier the owner named.',
	'certificate-not-enrolled': 'Enrol your certificate after a login at the level of the posting, then sign again.',
	'signature-level-too-low': 'Sign at the level that the posting asks for.',
	'field-not-the-signatorys': 'Sign the field that the posting holds for you.',
	'nothing-declined': 'Nobody has declined: cancel it instead.',
	'reminded-recently': 'Give them a day to answer.',
	'nothing-to-acknowledge': 'There is nothing yet to be downloaded.',
	'download-not-acknowledged': 'Download what is in it and confirm that you have it.',
	'not-due': 'Its time has not come.',
} as const;

/** One code for each rule that can refuse a command. */
export type PostingErrorCode = keyof typeof hints;

export const postingErrorCodes: readonly string[] = Object.keys(hints);

/** A rule of postings refused a command. */
export class PostingError extends ParaphError {
	readonly code: PostingErrorCode;

	constructor(
		code: PostingErrorCode,
		message: string,
		options: { subject?: string | undefined; cause?: unknown } = {},
	) {
		super(message, { hint: hints[code], subject: options.subject, cause: options.cause });
		this.code = code;
	}
}
