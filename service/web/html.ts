/** Text that is HTML already; everything else is escaped when it is put into a page. */
export class Html {
	readonly text: string;

	constructor(text: string) {
		this.text = text;
	}

	toString(): string {
		return this.text;
	}
}

type Value = Html | string | number | null | undefined | false | readonly Value[];

/** A piece of a page; what is put in is escaped unless it is a piece itself. Nothing, false and lists are understood. */
export function html(strings: TemplateStringsArray, ...values: readonly Value[]): Html {
	return new Html(strings.map((text, index) => text + render(values[index])).join(''));
}

function render(value: Value): string {
	if (value === undefined || value === null || value === false) return '';
	if (value instanceof Html) return value.text;
	if (typeof value === 'object') return value.map(render).join('');
	return escapeHtml(String(value));
}

const entities: Readonly<Record<string, string>> = {
	'&': '&amp;',
	'<': '&lt;',
	'>': '&gt;',
	'"': '&quot;',
	"'": '&#39;',
};

export const escapeHtml = (text: string): string =>
	text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
