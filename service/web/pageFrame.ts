import type { Language } from '../../core/postings/posting.ts';
import { type Html, html } from './html.ts';
import { languages, pageTexts } from './language.ts';

export interface FrameOptions {
	readonly language: Language;
	/** Name of whoever is logged in. */
	readonly name: string | undefined;
	/** Anything but production is said on every page. */
	readonly isTest: boolean;
	/** Of this page, for the links to other languages. */
	readonly path: string;
}

/** A whole page: what all of them have in common, around what is its own. */
export function page(title: string, content: Html, { language, name, isTest, path }: FrameOptions): Html {
	const texts = pageTexts[language];
	return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} – Paraph</title>
<link rel="stylesheet" href="/style.css">
</head>
<body>
<a class="skip" href="#content">${texts.skip}</a>
<header class="site">
${isTest && html`<p class="banner">${texts.test}</p>`}
<strong><a href="/">Paraph</a></strong>
${name !== undefined && html`<form method="post" action="/logout"><span class="soft">${texts.loggedInAs(name)}</span> <button class="plain">${texts.logOut}</button></form>`}
<nav aria-label="${texts.otherLanguages}">${languages
		.filter((one) => one !== language)
		.map(
			(one) =>
				html`<a lang="${one}" hreflang="${one}" href="/language/${one}?to=${encodeURIComponent(path)}">${pageTexts[one].language}</a> `,
		)}</nav>
</header>
<main id="content">
<h1>${title}</h1>
${content}
</main>
</body>
</html>
`;
}
