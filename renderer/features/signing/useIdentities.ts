import { useCallback, useEffect, useState } from 'react';
import type { Identity, IdentityId, Reply } from '../../../preload/contract.ts';
import { useDesk } from '../../app/desk.ts';

/** The certificates that are there, and the one to sign with. */
export interface Identities {
	/** Null while the tokens are being asked. */
	readonly identities: Reply<readonly Identity[]> | null;
	/** The one that was pressed, else the one used last, else the first that can sign; null while {@link gone} is not. */
	readonly chosen: Identity | null;
	/** The one that was chosen, while its card is out of the reader: no other takes its place without being pressed. */
	readonly gone: Identity | null;
	/** Asks the tokens anew: what they say of a PIN is another thing after each try. */
	refresh(): void;
}

/**
 * @param active whether somebody is about to sign: before that no token is asked.
 * @param pressed the one that the person chose.
 * @param purpose what a certificate should rather be made for, where there are several.
 */
export function useIdentities(active: boolean, pressed: IdentityId | null, purpose?: 'authenticate'): Identities {
	const { bridge, settings } = useDesk();
	const [identities, setIdentities] = useState<Reply<readonly Identity[]> | null>(null);
	const [asked, setAsked] = useState(0);
	const refresh = useCallback(() => setAsked((times) => times + 1), []);

	// biome-ignore lint/correctness/useExhaustiveDependencies: `asked` counts the times to ask anew
	useEffect(() => {
		if (!active) return;
		let wanted = true;
		void bridge.signing.identities().then((reply) => wanted && setIdentities(reply));
		return () => {
			wanted = false;
		};
	}, [bridge, active, asked]);
	useEffect(() => bridge.events.on('tokensChanged', refresh), [bridge, refresh]);

	const [last, setLast] = useState<Identity | null>(null);
	const found = chosenOf(identities, pressed, purpose ?? settings.remembered.certificate);
	const gone = last !== null && isTakenOut(last, identities) && found?.id !== pressed ? last : null;
	const chosen = gone === null ? found : null;
	// Whoever begins anew begins with what is there.
	const held = active ? (chosen ?? last) : null;
	if (held?.id !== last?.id) setLast(held);

	return { identities, chosen, gone, refresh };
}

/** A key in a file or at a service that is there no more was taken away by the person, and on purpose. */
function isTakenOut({ holder, id }: Identity, identities: Reply<readonly Identity[]> | null): boolean {
	return holder === 'token' && identities?.ok === true && !identities.value.some((identity) => identity.id === id);
}

function chosenOf(
	identities: Reply<readonly Identity[]> | null,
	pressed: IdentityId | null,
	/** SHA-256 of the one used last, or a purpose. */
	preferred: string | null,
): Identity | null {
	const usable = identities?.ok ? identities.value.filter((identity) => identity.usable.ok) : [];
	return (
		usable.find((identity) => identity.id === pressed) ??
		usable.find(({ certificate }) => certificate.sha256 === preferred) ??
		usable.find(({ certificate }) => certificate.purposes.some((purpose) => purpose === preferred)) ??
		usable[0] ??
		null
	);
}
