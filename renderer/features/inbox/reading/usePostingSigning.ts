import { useEffect, useState } from 'react';
import {
	type Failure,
	type IdentityId,
	newJobId,
	type OpenDocument,
	type PostingId,
	type PostingSigned,
} from '../../../../preload/contract.ts';
import { useDesk } from '../../../app/desk.ts';
import { type Identities, useIdentities } from '../../signing/useIdentities.ts';
import type { Running } from '../../signing/useSigning.ts';

export interface PostingSigning extends Identities {
	readonly running: Running | null;
	readonly failure: Failure | null;
	readonly words: { readonly reason: string; readonly location: string };
	choose(identity: IdentityId): void;
	write(words: { readonly reason: string; readonly location: string }): void;
	/** @param documents those that are signed, by their names in the posting. */
	sign(pin: string | null, documents: ReadonlyMap<string, OpenDocument>): Promise<void>;
	cancel(): void;
}

/** Signing in a posting: like signing a document, but what is made goes to the service. */
export function usePostingSigning(
	posting: PostingId,
	active: boolean,
	done: (signed: PostingSigned) => void,
): PostingSigning {
	const { bridge, settings, changeSettings } = useDesk();
	const [pressed, choose] = useState<IdentityId | null>(null);
	const [running, setRunning] = useState<Running | null>(null);
	const [failure, setFailure] = useState<Failure | null>(null);
	const [words, write] = useState({
		reason: settings.remembered.reason ?? '',
		location: settings.remembered.location ?? '',
	});
	const identities = useIdentities(active, pressed);
	useEffect(
		() =>
			bridge.events.on('signingStage', ({ job, stage }) =>
				setRunning((now) => (now?.job === job ? { ...now, stage } : now)),
			),
		[bridge],
	);
	return {
		...identities,
		running,
		failure,
		words,
		choose,
		write,
		async sign(pin, documents) {
			const { chosen } = identities;
			if (!chosen || running) return;
			const job = newJobId();
			setRunning({ job, stage: null, cancelling: false });
			setFailure(null);
			const { reason, location } = words;
			const reply = await bridge.postings.sign({
				job,
				posting,
				documents: [...documents].map(([document, { handle }]) => ({ document, handle })),
				identity: chosen.id,
				...(pin === null ? {} : { pin }),
				...(reason === '' ? {} : { reason }),
				...(location === '' ? {} : { location }),
			});
			setRunning(null);
			// What the token says of its PIN is another thing now.
			identities.refresh();
			if (reply.ok) {
				const certificate = chosen.certificate.sha256;
				void changeSettings({ remembered: { reason: reason || null, location: location || null, certificate } });
				done(reply.value);
			} else if (reply.error.code !== 'cancelled') setFailure(reply.error);
		},
		cancel() {
			if (!running) return;
			setRunning({ ...running, cancelling: true });
			void bridge.signing.cancel({ job: running.job });
		},
	};
}
