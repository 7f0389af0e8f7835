import { ParaphError } from './errors.ts';

/** Why something did not come about: what scripts read, what people read, and what failures are gathered by. */
export interface Reason {
	/** Stable, kebab-case. */
	readonly code: string;
	readonly message: string;
	readonly hint: string;
}

/** What the operating system's codes mean to a person. */
const systemErrors: Readonly<Record<string, readonly [code: string, what: string, hint: string]>> = {
	ENOENT: ['file-not-found', 'there is no such file', 'Check the path.'],
	EACCES: ['file-forbidden', 'access is denied', 'Check the permissions of the file and its folder.'],
	EPERM: ['file-forbidden', 'access is denied', 'Check the permissions of the file and its folder.'],
	EROFS: ['file-forbidden', 'the file system is read-only', 'Name another folder with --out-dir.'],
	EISDIR: ['file-is-folder', 'this is a folder, a file was expected', 'Name a file.'],
	ENOTDIR: ['file-not-found', 'a part of the path is not a folder', 'Check the path.'],
	ENOSPC: ['disk-full', 'the disk is full', 'Free some space, then run the command again.'],
	EDQUOT: ['disk-full', 'the disk quota is used up', 'Free some space, then run the command again.'],
	EFBIG: ['disk-full', 'the file is larger than the system allows', 'Raise the limit, or name a folder elsewhere.'],
	EIO: ['disk-failed', 'the disk could not be read or written', 'Check the disk, then run the command again.'],
	EEXIST: ['output-exists', 'the file exists already', 'Name another output, or allow it with --force.'],
	EMFILE: ['too-many-files', 'too many files are open', 'Raise the limit of open files.'],
	ENAMETOOLONG: ['file-not-found', 'the name is too long', 'Shorten the path.'],
};

/** Gives any thrown value a code, a message and a hint: never a stack trace. */
export function reasonOf(error: unknown): Reason {
	if (error instanceof ParaphError) {
		const { code, message, hint } = error;
		return { code, message, hint };
	}
	if (isSystemError(error)) {
		const known = systemErrors[error.code];
		const path = error.path === undefined ? '' : `${error.path}: `;
		if (known) return { code: known[0], message: `${path}${known[1]}`, hint: known[2] };
		return { code: 'system', message: `${path}${error.message}`, hint: 'The operating system refused.' };
	}
	if (error instanceof Error && error.name === 'AbortError')
		return { code: 'cancelled', message: 'cancelled', hint: 'Run the command again to go on.' };
	const message = error instanceof Error ? error.message : String(error);
	return { code: 'internal', message, hint: 'This is a fault in Paraph: please report it with the file if you can.' };
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException & { code: string } {
	return error instanceof Error && 'code' in error && typeof error.code === 'string' && 'syscall' in error;
}
