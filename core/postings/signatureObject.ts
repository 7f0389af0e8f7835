/** The signature object of a posting, as it is at a moment. */
import type { z } from 'zod';
import type { notSignedReason, SignatureObject } from '../evidence/signatureObject.ts';
import type { Instant, SignatoryId } from './identifiers.ts';
import { type AcceptedSignature, headOf, type LivePosting, type PostedDocument, type Signatory } from './posting.ts';
import { stepOf } from './progress.ts';

/**
 * @param about for this signatory's receipt: with the documents of their step and what they did themselves; without it
 *   everything, as the owner gets it.
 */
export function signatureObjectOf(posting: LivePosting, now: Instant, about?: SignatoryId): SignatureObject {
	const { id, tenant, title, state, activatedAt, endedAt } = posting;
	const people = posting.signatories.filter((one) => about === undefined || one.id === about);
	const steps = new Set(people.map(({ step }) => step));
	const visible = new Set(posting.steps.filter((step) => steps.has(step.id)).flatMap(({ documents }) => documents));
	return {
		format: 'paraph-signature-object',
		version: 1,
		issuedAt: now,
		about: about ?? null,
		posting: { id, tenant, title, state, activatedAt, endedAt },
		documents: posting.documents
			.filter((document) => about === undefined || visible.has(document.id))
			.map((document) => describeDocument(posting, document, people)),
		acts: people.flatMap((one) => {
			const { state: act, since: at } = one;
			return act === 'approved' || act === 'viewed' || act === 'declined' ? [{ ...nameOf(one), act, at }] : [];
		}),
	};
}

function describeDocument(
	posting: LivePosting,
	document: PostedDocument,
	people: readonly Signatory[],
): SignatureObject['documents'][number] {
	const signatures = posting.signatures.filter(
		(one): one is AcceptedSignature => one.state === 'accepted' && one.document === document.id,
	);
	const described = people.map((one) => ({ one, signature: signatures.find(({ signatory }) => signatory === one.id) }));
	const [original] = document.revisions;
	const current = headOf(document);
	return {
		id: document.id,
		name: document.name,
		original: { sha256: original.sha256, size: original.size },
		current: { sha256: current.sha256, size: current.size },
		signed: described.flatMap(({ one, signature }) => (signature ? [describeSignature(one, signature, document)] : [])),
		notSigned: described.flatMap(({ one, signature }) =>
			signature ? [] : [{ ...nameOf(one), reason: reasonOf(posting, one, document) }],
		),
	};
}

function describeSignature(
	signatory: Signatory,
	signature: AcceptedSignature,
	{ revisions }: PostedDocument,
): SignatureObject['documents'][number]['signed'][number] {
	const revision = revisions.find((one) => one.signature === signature.id) ?? revisions[0];
	const { id, field, base, level, certificate, identity, assurance, claimedTime, bestTime, acceptedAt } = signature;
	return {
		...nameOf(signatory),
		signature: id,
		field,
		revision: { sha256: revision.sha256, size: revision.size },
		base,
		level,
		certificate,
		identity,
		assurance,
		claimedTime,
		bestTime,
		acceptedAt,
	};
}

function reasonOf(
	posting: LivePosting,
	signatory: Signatory,
	document: PostedDocument,
): z.infer<typeof notSignedReason> {
	if (!stepOf(posting, signatory).documents.includes(document.id)) return 'not-of-their-step';
	if (signatory.role === 'approver' || signatory.role === 'viewer') return 'not-their-role';
	switch (signatory.state) {
		case 'declined':
		case 'delegated':
		case 'expired':
			return signatory.state;
		case 'cancelled':
			return posting.state === 'cancelled' || posting.state === 'declined' ? 'cancelled' : 'not-needed';
		default:
			return 'pending';
	}
}

const nameOf = ({ id, name, role }: Signatory) => ({ signatory: id, name, role });
