import { isEmail, isIdentifier, type NamedPerson } from '../../preload/contract.ts';
import { UsageError } from '../errors.ts';

/** `Kari Nordmann <kari@example.com> PNONO-15038412345`: the identifier may be left out. */
const form = /^\s*(?<name>[^<>]+?)\s*<(?<email>[^<>]+)>\s*(?<identifier>\S+)?\s*$/;

/** @throws {UsageError} */
export function readPerson(text: string): NamedPerson {
	const { name, email, identifier } = form.exec(text)?.groups ?? {};
	const known = identifier === undefined || isIdentifier(identifier);
	if (name !== undefined && email !== undefined && isEmail(email) && known) {
		return { name, email, language: 'en', identifier: identifier ?? null };
	}
	throw new UsageError(`'${text}' names nobody`, {
		hint: "Write 'Kari Nordmann <kari@example.com> PNONO-15038412345'; the identifier may be left out.",
	});
}
