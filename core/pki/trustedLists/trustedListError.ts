import { ParaphError } from '../../ports/errors.ts';

export type TrustedListErrorCode =
	| 'list-malformed'
	| 'list-unsigned'
	| 'list-signature-refused'
	| 'list-tampered'
	| 'list-signer-unknown'
	| 'list-older'
	| 'list-unwritable';

/** A trusted list cannot be relied on. One that is out of date still can: that is a warning (TS 119 615 §4.1). */
export class TrustedListError extends ParaphError {
	readonly code: TrustedListErrorCode;

	constructor(
		code: TrustedListErrorCode,
		message: string,
		options: { subject?: string | undefined; cause?: unknown } = {},
	) {
		super(message, { ...options, hint: hints[code] });
		this.code = code;
	}

	/** The same, said of a file or an address. */
	about(subject: string): TrustedListError {
		return new TrustedListError(this.code, `${subject}: ${this.message}`, { subject, cause: this });
	}
}

const hints: Record<TrustedListErrorCode, string> = {
	'list-malformed': 'Fetch the list anew from the scheme operator: this file is no trusted list, or was damaged.',
	'list-unsigned': 'Only signed lists are taken; fetch it anew from the scheme operator.',
	'list-signature-refused': 'Its signature is of a kind that proves nothing; ask the scheme operator for another.',
	'list-tampered': 'It was changed after it was signed: fetch it anew from the scheme operator.',
	'list-signer-unknown': "Add the scheme operator's certificate to `trustedLists.signers`, or give it with --trust.",
	'list-older': 'A newer list is stored already; somebody may be replaying an old one.',
	'list-unwritable': 'Check the folder of `trustedLists.folder` and the space on its disk.',
};
