/** The verdict for people, as one HTML file: a page of plain words first, then the details. Needs nothing from outside. */
import type { DocumentVerdict, SignatureVerdict } from '../verdict/verdict.ts';
import { cardOf, stateWords } from './card.ts';
import { inEnglish, summarise } from './sentences.ts';
import { signatureRows } from './signatureRows.ts';

export function htmlReport(file: string, verdict: DocumentVerdict): string {
	const { indication, signatures } = verdict;
	const isTest = signatures.some(({ anchor }) => anchor?.test);
	const sentences = summarise(verdict).filter(({ code }) => code !== 'test-only');
	return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Signatures of ${escapeMarkup(file)}</title>
<style>${style}</style>
</head>
<body>
${isTest ? `<p class="test" role="note">${escapeMarkup(inEnglish({ code: 'test-only', values: {} }))}</p>` : ''}
<header class="${indication.toLowerCase()}">
<p>Signatures of</p>
<h1>${escapeMarkup(file)}</h1>
<p class="state">${indication === 'NO-SIGNATURE' ? 'Not signed' : stateWords[indication]} <small>${indication}</small></p>
${sentences.map((sentence) => `<p>${escapeMarkup(inEnglish(sentence))}</p>`).join('\n')}
</header>
<main>
${signatures.map(cardSection).join('\n')}
</main>
${signatures.length > 0 ? `<h2 class="details">Details</h2>\n${signatures.map(detailsSection).join('\n')}` : ''}
<footer>Judged for ${verdict.time.toISOString()} by “${escapeMarkup(verdict.policy)}”, ${
		verdict.online ? 'with' : 'without'
	} asking the network.</footer>
</body>
</html>
`;
}

function cardSection(signature: SignatureVerdict): string {
	const { title, indication, state, sentences } = cardOf(signature);
	return `<section class="${indication.toLowerCase()}">
<h2>${escapeMarkup(title)}</h2>
<p class="state">${escapeMarkup(state)}</p>
${sentences.map((sentence) => `<p>${escapeMarkup(sentence)}</p>`).join('\n')}
</section>`;
}

function detailsSection(signature: SignatureVerdict): string {
	const rows = signatureRows(signature).map(
		([label, value]) => `<tr><th scope="row">${escapeMarkup(label)}</th><td>${escapeMarkup(value)}</td></tr>`,
	);
	const findings = [...signature.errors, ...signature.warnings].map(
		({ code, message }) => `<li><code>${escapeMarkup(code)}</code> ${escapeMarkup(message)}</li>`,
	);
	return `<h3>${escapeMarkup(cardOf(signature).name)}</h3>
<table>${rows.join('')}</table>
${findings.length > 0 ? `<ul>${findings.join('')}</ul>` : ''}`;
}

const style = `body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color:#1b1b1b}
header,section{border-left:.3rem solid #666;padding:.1rem 1rem;margin:1.5rem 0}
h1{font-size:1.6rem;margin:0;overflow-wrap:anywhere}h2{font-size:1.15rem;margin:.2rem 0}h3{font-size:1rem;margin:1.5rem 0 .2rem}
p{margin:.25rem 0}header p:first-child,small{color:#555;font-weight:400}
.state{font-weight:700}header .state{font-size:1.25rem;margin:.5rem 0}
.total-passed{border-color:#1a7f37}.total-passed .state{color:#1a7f37}
.total-failed{border-color:#b3261e}.total-failed .state{color:#b3261e}
.indeterminate{border-color:#8a5a00}.indeterminate .state{color:#8a5a00}
.test{background:#5b2a86;color:#fff;padding:.5rem 1rem;font-weight:700}
.details{border-top:1px solid #ccc;padding-top:1rem;margin-top:2rem;break-before:page}
table{border-collapse:collapse;font-size:.9rem}
th{text-align:left;padding:.1rem 1rem .1rem 0;vertical-align:top;font-weight:600;white-space:nowrap}td{overflow-wrap:anywhere}
ul{font-size:.9rem}footer{color:#555;font-size:.85rem;margin-top:2rem}`;

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
