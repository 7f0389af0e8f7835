import { headOf } from '../../core/postings/posting.ts';
import type { PostingView, SignatoryView } from '../../core/postings/protocol/view.ts';
import { type Html, html } from './html.ts';
import type { PageTexts } from './texts/texts.ts';

/** What was sent to somebody, the newest first. */
export const inboxPage = (texts: PageTexts, views: readonly PostingView[]): Html =>
	views.length === 0
		? html`<p>${texts.inboxEmpty}</p>`
		: html`<ul class="plain">${views.toReversed().map(
				(
					view,
				) => html`<li><a href="/p/${view.id}">${view.title}</a> <span class="soft">${view.owner.name} · ${stateFor(texts, view)}</span></li>
`,
			)}</ul>`;

/** One posting, as a signatory sees it: to read, to take away, to decline. */
export const postingPage = (texts: PageTexts, view: PostingView): Html => {
	const own = view.signatories.filter(({ id }) => view.own.includes(id));
	const open = own.filter(({ state }) => view.state === 'active' && (state === 'notified' || state === 'opened'));
	return html`
${view.message !== '' && html`<p>${view.message}</p>`}
<dl class="facts">
<dt>${texts.from}</dt><dd>${view.owner.name}${view.owner.email !== '' && ` (${view.owner.email})`}</dd>
<dt>${texts.state}</dt><dd>${texts.postingStates[view.state]}</dd>
${own.map((one) => html`<dt>${texts.yourPart}</dt><dd>${texts.task[one.role]} – ${texts.states[one.state]}</dd>`)}
<dt>${texts.until}</dt><dd>${texts.date(view.expiresAt)}</dd>
<dt>${texts.deletedOn}</dt><dd>${texts.date(view.deleteAt)}</dd>
</dl>
${documentList(texts, view)}
${receipts(texts, view, own)}
${view.bundle !== null && html`<p><a class="button" href="/p/${view.id}/bundle">${texts.bundle}</a> <span class="soft">${texts.size(view.bundle.size)}</span></p>`}
${open.some(({ role }) => role === 'signer' || role === 'witness') && html`<p>${texts.signHint}</p>`}
${open.map((signatory) => actions(texts, view, signatory))}
${
	view.signatories.length > 0 &&
	html`<section aria-labelledby="people"><h2 id="people">${texts.people}</h2>
<ul>${view.signatories.map(({ name, role, state }) => html`<li>${name}: ${texts.task[role]} – ${texts.states[state]}</li>`)}</ul></section>`
}`;
};

const documentList = (texts: PageTexts, { id, documents }: PostingView): Html | false =>
	documents.length > 0 &&
	html`<section aria-labelledby="documents"><h2 id="documents">${texts.documents}</h2>
<ul class="plain">${documents.map((document) => {
		const head = headOf(document);
		return html`<li><span>${document.name} <span class="soft">${texts.size(head.size)}</span></span> <a class="button plain" href="/p/${id}/documents/${document.id}" aria-label="${texts.download}: ${document.name}">${texts.download}</a></li>
`;
	})}</ul></section>`;

const receipts = (texts: PageTexts, { id }: PostingView, own: readonly SignatoryView[]): readonly (Html | false)[] =>
	own.map(
		({ id: signatory, receipt }) =>
			receipt !== null &&
			html`<p><a class="button" href="/p/${id}/receipts/${signatory}">${texts.receipt}</a> <span class="soft">${texts.receiptHint}</span></p>`,
	);

const actions = (texts: PageTexts, { id }: PostingView, { id: signatory, role }: SignatoryView): Html => html`
${
	role === 'approver' &&
	html`<form method="post" action="/p/${id}/approve">
<input type="hidden" name="as" value="${signatory}">
<p class="soft">${texts.approveHint}</p>
<button>${texts.approve}</button>
</form>`
}
${
	role !== 'viewer' &&
	html`<details><summary>${texts.decline}</summary>
<form method="post" action="/p/${id}/decline">
<input type="hidden" name="as" value="${signatory}">
<label for="reason-${signatory}">${texts.declineReason}</label>
<textarea id="reason-${signatory}" name="reason" rows="4" required maxlength="1000"></textarea>
<p class="soft">${texts.declineHint}</p>
<button class="danger">${texts.decline}</button>
</form></details>`
}`;

function stateFor(texts: PageTexts, view: PostingView): string {
	const own = view.signatories.find(({ id }) => view.own.includes(id));
	return own === undefined ? texts.postingStates[view.state] : texts.states[own.state];
}
