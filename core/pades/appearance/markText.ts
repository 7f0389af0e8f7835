import type { Certificate } from '../../pki/certificate.ts';
import type { SignatureOptions } from '../options.ts';

const defaultTemplate = `{name}
{time}
{reason}
{location}`;

/**
 * The text of a visible signature: the template with its variables filled in. A line whose variables are all without a
 * value is left out.
 */
export function markText(options: SignatureOptions, certificate: Certificate): string {
	// A picture alone is a picture alone, unless a text is asked for as well.
	const template = options.mark?.text ?? (options.mark?.image ? '' : defaultTemplate);
	const values: Readonly<Record<string, string | undefined>> = {
		name: options.name ?? certificate.subject.displayName,
		time: `${options.signingTime.toISOString().slice(0, 16).replace('T', ' ')} UTC`,
		reason: options.reason,
		location: options.location,
		contact: options.contact,
		issuer: certificate.issuer.displayName,
		serial: certificate.serialNumber,
	};
	return template
		.replaceAll('\\n', '\n')
		.split(/\r?\n/)
		.flatMap((line) => fill(line, values))
		.join('\n');
}

function fill(line: string, values: Readonly<Record<string, string | undefined>>): readonly string[] {
	let known = 0;
	let filled = 0;
	const text = line.replaceAll(/\{(\w+)\}/g, (whole, variable: string) => {
		if (!Object.hasOwn(values, variable)) return whole;
		known++;
		const value = values[variable];
		if (value) filled++;
		return value ?? '';
	});
	return known > 0 && filled === 0 ? [] : [text];
}
