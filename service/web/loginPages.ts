import { type Html, html } from './html.ts';
import type { PageTexts } from './texts/texts.ts';

export interface LoginOffer {
	readonly oidc: readonly { readonly issuer: string; readonly name: string }[];
	readonly mail: boolean;
	readonly card: boolean;
	/** Where to go on. */
	readonly returnTo: string;
	/** What is asked for, where a login at a lower level was not enough. */
	readonly level: number | undefined;
}

export const loginPage = (texts: PageTexts, { oidc, mail, card, returnTo, level }: LoginOffer): Html => html`
<p>${level === undefined ? texts.loginWhy : texts.loginStronger(String(level))}</p>
${oidc.map(
	({ issuer, name }) =>
		html`<p><a class="button" href="/login/oidc?issuer=${encodeURIComponent(issuer)}&to=${encodeURIComponent(returnTo)}">${texts.loginWith(name)}</a></p>
`,
)}
${
	mail &&
	html`<section aria-labelledby="by-mail">
<h2 id="by-mail">${texts.loginByMail}</h2>
<form method="post" action="/login/mail">
<input type="hidden" name="to" value="${returnTo}">
<label for="email">${texts.email}</label>
<input id="email" name="email" type="email" autocomplete="email" required maxlength="254">
<p><button class="plain">${texts.sendCode}</button></p>
</form>
</section>`
}
${card && html`<p class="soft">${texts.cardHint}</p>`}`;

export const codePage = (
	texts: PageTexts,
	{ email, login, returnTo }: { readonly email: string; readonly login: string; readonly returnTo: string },
): Html => html`
<p>${texts.codeSent(email)}</p>
<form method="post" action="/login/mail/code">
<input type="hidden" name="login" value="${login}">
<input type="hidden" name="to" value="${returnTo}">
<label for="code">${texts.code}</label>
<input id="code" name="code" inputmode="numeric" autocomplete="one-time-code" pattern="[0-9]{6}" maxlength="6" required>
<p><button>${texts.logIn}</button></p>
</form>`;

/** Asked of whoever logged in for an application: only they know whether it is theirs. */
export const confirmPage = (
	texts: PageTexts,
	{ login, confirmation, name }: { readonly login: string; readonly confirmation: string; readonly name: string },
): Html => html`
<p>${texts.confirmWhy(name)}</p>
<p>${texts.confirmCode}: <span class="code">${login.slice(-4).toUpperCase()}</span></p>
<form method="post" action="/login/oidc/confirm">
<input type="hidden" name="login" value="${login}">
<input type="hidden" name="confirmation" value="${confirmation}">
<button>${texts.confirm}</button>
</form>`;
