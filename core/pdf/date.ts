/** Dates (ISO 32000-2, 7.9.4): `D:20261122193000+01'00'`. */

const SHAPE = /^(?:D:)?(\d{4})(\d{2})?(\d{2})?(\d{2})?(\d{2})?(\d{2})?(?:([Zz])|([+-])(\d{2})'?(\d{2})?'?)?/;

/** `undefined` when the text is no date; one without a time zone is taken as UTC. */
export function parsePdfDate(text: string): Date | undefined {
	const found = SHAPE.exec(text.trim());
	if (found === null) return undefined;
	const part = (index: number, missing: number): number =>
		found[index] === undefined ? missing : Number(found[index]);
	const [month, day, hour, minute, second] = [part(2, 1), part(3, 1), part(4, 0), part(5, 0), part(6, 0)];
	if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 59) return undefined;
	const local = Date.UTC(part(1, 0), month - 1, day, hour, minute, second);
	const behind = (part(9, 0) * 60 + part(10, 0)) * 60_000;
	return new Date(found[8] === '-' ? local + behind : local - behind);
}

/** In UTC, to the second. */
export function formatPdfDate(date: Date): string {
	const digits = date.toISOString().replaceAll(/[-:T]/g, '').slice(0, 14);
	return `D:${digits}+00'00'`;
}
