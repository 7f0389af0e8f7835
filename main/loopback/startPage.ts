import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PrivateFolder } from '../documents/privateFolder.ts';

/**
 * Writes the page with which the browser begins: readable by this user alone, it posts the token to the host. So the
 * token is in no command line, which any user of the machine could list.
 *
 * @returns the page's path.
 */
export function writeStartPage(folder: PrivateFolder, origin: string, token: string): string {
	const path = join(folder.path, `start-${Date.now()}.html`);
	writeFileSync(path, startPage(origin, token), { mode: 0o600, flag: 'wx' });
	return path;
}

/** The token is base64url and the origin ours: neither needs escaping. */
function startPage(origin: string, token: string): string {
	return `<!doctype html>
<meta charset="utf-8">
<title>Paraph</title>
<form method="post" action="${origin}/start">
<input type="hidden" name="token" value="${token}">
<noscript><button>Open Paraph</button></noscript>
</form>
<script>document.forms[0].submit()</script>
`;
}

/** Where a person brings a printed address: its token is after the #, which is sent to no server and stored in no log. */
export const addressPage = `<!doctype html>
<meta charset="utf-8">
<title>Paraph</title>
<form method="post" action="/start">
<input type="hidden" name="token">
</form>
<script src="/start.js"></script>
`;

export const addressScript = `const token = location.hash.slice(1);
history.replaceState(null, '', '/start');
document.forms[0].elements.token.value = token;
document.forms[0].submit();
`;

/**
 * The answer to a good token. Not a redirect: it would still count as begun by the start page, which is another site,
 * and the browser would not send a SameSite=Strict cookie along.
 */
export const admittedPage = `<!doctype html>
<meta charset="utf-8">
<title>Paraph</title>
<meta http-equiv="refresh" content="0;url=/">
`;

export const refusedPage = `<!doctype html>
<meta charset="utf-8">
<title>Paraph</title>
<p>This address has been used, or is more than a minute old. Start <code>paraph desk</code> again.</p>
`;
