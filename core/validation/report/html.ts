/** The verdict for people, as one page of HTML: plain words first, then the details. Needs nothing from outside. */
import type { DocumentVerdict, SignatureVerdict } from '../verdict/verdict.ts';
import { inEnglish, summarise, timeSentences } from './sentences.ts';
import { signatureRows } from './signatureRows.ts';

export function htmlReport(file: string, verdict: DocumentVerdict): string {
	const sentences = summarise(verdict).map((sentence) => `<p>${escapeMarkup(inEnglish(sentence))}</p>`);
	return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Signatures of ${escapeMarkup(file)}</title>
<style>${style}</style>
</head>
<body>
<h1>${escapeMarkup(file)}</h1>
<section class="${verdict.indication.toLowerCase()}">
<p class="verdict">${verdict.indication}</p>
${sentences.join('\n')}
</section>
${verdict.signatures.map(signatureSection).join('\n')}
<footer>Judged for ${verdict.time.toISOString()} by “${escapeMarkup(verdict.policy)}”, ${
		verdict.online ? 'with' : 'without'
	} asking the network.</footer>
</body>
</html>
`;
}

function signatureSection(signature: SignatureVerdict): string {
	const rows = signatureRows(signature).map(
		([label, value]) => `<tr><th>${escapeMarkup(label)}</th><td>${escapeMarkup(value)}</td></tr>`,
	);
	const findings = [...signature.errors, ...signature.warnings].map(
		({ message }) => `<li>${escapeMarkup(message)}</li>`,
	);
	const times = timeSentences(signature).map((sentence) => `<p>${escapeMarkup(inEnglish(sentence))}</p>`);
	const name = signature.signer?.subject.displayName ?? 'Unknown signer';
	return `<section class="${signature.indication.toLowerCase()}">
<h2>${escapeMarkup(name)}</h2>
${times.join('\n')}
${findings.length > 0 ? `<ul>${findings.join('')}</ul>` : ''}
<table>${rows.join('')}</table>
</section>`;
}

const style = `body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color:#1b1b1b}
section{border-left:.4rem solid #777;padding:.2rem 1rem;margin:1.5rem 0}
.total-passed{border-color:#1a7f37}.total-failed{border-color:#b3261e}.indeterminate{border-color:#9a6700}
.verdict{font-weight:700}table{border-collapse:collapse;font-size:.9rem}
th{text-align:left;padding:.1rem 1rem .1rem 0;vertical-align:top;font-weight:600}td{overflow-wrap:anywhere}
footer{color:#555;font-size:.85rem}`;

/** What XML cannot hold, not even as a reference (XML 1.0 §2.2). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters meant
const unwritable = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

/** Text and attribute values alike. */
export function escapeMarkup(text: string): string {
	return text
		.toWellFormed()
		.replace(unwritable, '\ufffd')
		.replaceAll('&', '&amp;')
		.replaceAll('<', '&lt;')
		.replaceAll('>', '&gt;')
		.replaceAll('"', '&quot;')
		.replaceAll("'", '&#39;');
}
