import { ParaphError } from '../../ports/errors.ts';

export type ContainerErrorCode =
	/** No ZIP file, or one that is damaged or encrypted. */
	| 'container-damaged'
	/** More files or bytes in it than anybody signs. */
	| 'container-too-large'
	/** Two files of one name: which of them was signed depends on who looks. */
	| 'container-ambiguous'
	/** XML that is no signature, or not well-formed. */
	| 'xml-unreadable';

/** A container or XML signature cannot be read at all. */
export class ContainerError extends ParaphError {
	readonly code: ContainerErrorCode;

	constructor(code: ContainerErrorCode, message: string, options: { cause?: unknown } = {}) {
		super(message, { ...options, hint: hints[code] });
		this.code = code;
	}
}

const hints: Readonly<Record<ContainerErrorCode, string>> = {
	'container-damaged': 'Ask the sender for the file again.',
	'container-too-large': 'Unpack it, and verify the signatures in META-INF one by one with --content.',
	'container-ambiguous': 'Do not rely on it: such a container shows different readers different files.',
	'xml-unreadable': 'Verify the file that holds the signature, and nothing else.',
};
