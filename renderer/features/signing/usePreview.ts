import { useEffect, useState } from 'react';
import type { IdentityId, OpenDocument } from '../../../preload/contract.ts';
import { useDesk } from '../../app/desk.ts';
import type { Place } from '../../frame/protocol.ts';
import type { SigningForm } from './useSigning.ts';

/** The host's own picture of the mark, made anew a moment after what is in it was changed. */
export function usePreview(
	document: OpenDocument,
	identity: IdentityId | null,
	place: Place | null,
	{ reason, location }: Pick<SigningForm, 'reason' | 'location'>,
	active: boolean,
): Uint8Array<ArrayBuffer> | null {
	const { bridge } = useDesk();
	const [preview, setPreview] = useState<Uint8Array<ArrayBuffer> | null>(null);
	// Where the mark is does not change its picture; how large it is does.
	const page = place?.page;
	const width = place?.rectangle.width;
	const height = place?.rectangle.height;
	useEffect(() => {
		if (!active || !identity || page === undefined || width === undefined || height === undefined) {
			setPreview(null);
			return;
		}
		let wanted = true;
		const timer = setTimeout(async () => {
			const reply = await bridge.signing.preview({
				handle: document.handle,
				identity,
				mark: { page, rectangle: { x: 0, y: 0, width, height } },
				...(reason === '' ? {} : { reason }),
				...(location === '' ? {} : { location }),
			});
			if (wanted) setPreview(reply.ok ? reply.value : null);
		}, 120);
		return () => {
			wanted = false;
			clearTimeout(timer);
		};
	}, [bridge, document.handle, identity, active, page, width, height, reason, location]);
	return preview;
}
