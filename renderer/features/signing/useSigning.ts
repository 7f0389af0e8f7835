import { useCallback, useEffect, useMemo, useState } from 'react';
import type {
	Failure,
	IdentityId,
	JobId,
	Level,
	OpenDocument,
	SigningOutcome,
	SigningStage,
} from '../../../preload/contract.ts';
import { newJobId } from '../../../preload/contract.ts';
import { useDesk } from '../../app/desk.ts';
import type { Place } from '../../frame/protocol.ts';
import type { MarkToPlace } from '../documents/Viewer.tsx';
import { type Identities, useIdentities } from './useIdentities.ts';
import { usePreview } from './usePreview.ts';

/** Where the signature shows: in a field that waits for it, where the person draws, or nowhere. */
export type Placement =
	| { readonly kind: 'none' }
	| { readonly kind: 'field'; readonly name: string }
	| { readonly kind: 'drawn'; readonly place: Place | null };

export interface SigningForm {
	readonly identity: IdentityId | null;
	readonly placement: Placement;
	readonly reason: string;
	readonly location: string;
	readonly level: Level;
}

export interface Running {
	readonly job: JobId;
	readonly stage: SigningStage | null;
	readonly cancelling: boolean;
}

export interface Signing extends Identities {
	readonly active: boolean;
	readonly form: SigningForm;
	readonly running: Running | null;
	readonly failure: Failure | null;
	readonly mark: MarkToPlace;
	begin(): void;
	end(): void;
	change(part: Partial<SigningForm>): void;
	placed(place: Place): void;
	/** @param pin null where the token asks for none, or the reader has keys of its own. */
	sign(pin: string | null): Promise<void>;
	cancel(): void;
}

/** From "Sign" to the outcome, for one document. What was typed stays when something fails; the PIN does not. */
export function useSigning(document: OpenDocument, done: (outcome: SigningOutcome) => void): Signing {
	const { bridge, settings, changeSettings } = useDesk();
	const [active, setActive] = useState(false);
	const [running, setRunning] = useState<Running | null>(null);
	const [failure, setFailure] = useState<Failure | null>(null);
	const [form, setForm] = useState<SigningForm>(() => firstForm(document, settings));
	const { identities, chosen, gone, refresh } = useIdentities(active, form.identity);
	const place = placeOf(document, form.placement);
	const preview = usePreview(document, chosen?.id ?? null, place, form, active);

	useEffect(
		() =>
			bridge.events.on('signingStage', ({ job, stage }) =>
				setRunning((now) => (now?.job === job ? { ...now, stage } : now)),
			),
		[bridge],
	);

	const begin = useCallback(() => {
		setActive(true);
		setFailure(null);
		refresh();
	}, [refresh]);

	const sign = async (pin: string | null) => {
		if (!chosen || running) return;
		const job = newJobId();
		setRunning({ job, stage: null, cancelling: false });
		setFailure(null);
		const reply = await bridge.signing.sign({
			job,
			handle: document.handle,
			identity: chosen.id,
			...(pin === null ? {} : { pin }),
			level: form.level,
			...(form.placement.kind === 'field' ? { field: form.placement.name } : {}),
			mark: form.placement.kind === 'drawn' ? form.placement.place : null,
			...(form.reason === '' ? {} : { reason: form.reason }),
			...(form.location === '' ? {} : { location: form.location }),
		});
		setRunning(null);
		if (reply.ok) {
			setActive(false);
			void changeSettings({
				remembered: {
					reason: form.reason || null,
					location: form.location || null,
					certificate: chosen.certificate.sha256,
				},
			});
			done(reply.value);
		} else {
			// What the token says of its PIN is another thing now.
			refresh();
			if (reply.error.code !== 'cancelled') setFailure(reply.error);
		}
	};

	return {
		active,
		identities,
		chosen,
		gone,
		form,
		running,
		failure,
		mark: useMemo(
			() => ({
				mode: active ? (form.placement.kind === 'drawn' && !running ? 'draw' : 'fixed') : 'off',
				place,
				preview,
			}),
			[active, form.placement.kind, running, place, preview],
		),
		begin,
		end: useCallback(() => {
			setActive(false);
			setFailure(null);
		}, []),
		refresh,
		change: (part) => setForm((now) => ({ ...now, ...part })),
		placed: (drawn) => setForm((now) => ({ ...now, placement: { kind: 'drawn', place: drawn } })),
		sign,
		cancel() {
			if (!running) return;
			setRunning({ ...running, cancelling: true });
			void bridge.signing.cancel({ job: running.job });
		},
	};
}

function firstForm(document: OpenDocument, settings: ReturnType<typeof useDesk>['settings']): SigningForm {
	const [field] = document.emptyFields;
	return {
		identity: null,
		placement: field ? { kind: 'field', name: field.name } : { kind: 'none' },
		reason: settings.remembered.reason ?? '',
		location: settings.remembered.location ?? '',
		level: settings.timestampServers.length > 0 && !settings.offline ? settings.level : 'b-b',
	};
}

function placeOf(document: OpenDocument, placement: Placement): Place | null {
	if (placement.kind === 'none') return null;
	if (placement.kind === 'drawn') return placement.place;
	const field = document.emptyFields.find(({ name }) => name === placement.name);
	if (!field?.rectangle || field.page === null) return null;
	return { page: field.page, rectangle: field.rectangle };
}
