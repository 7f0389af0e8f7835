import { useEffect, useState } from 'react';
import type { BatchRow, BatchWish, IdentityId, OpenDocument } from '../../../preload/contract.ts';
import { useDesk } from '../../app/desk.ts';

/** The host's own picture of the mark as it will be written; it depends on its size, not on where it is. */
export function useMarkPreview(
	document: OpenDocument | null,
	identity: IdentityId | null,
	place: BatchRow['place'],
	{ reason, location }: BatchWish,
): Uint8Array<ArrayBuffer> | null {
	const { bridge } = useDesk();
	const [preview, setPreview] = useState<Uint8Array<ArrayBuffer> | null>(null);
	const handle = document?.handle;
	const { width, height } = place?.rectangle ?? {};
	useEffect(() => {
		if (!handle || !identity || width === undefined || height === undefined) {
			setPreview(null);
			return;
		}
		let wanted = true;
		const asked = bridge.signing.preview({
			handle,
			identity,
			mark: { page: 1, rectangle: { x: 0, y: 0, width, height } },
			...(reason === '' ? {} : { reason }),
			...(location === '' ? {} : { location }),
		});
		void asked.then((reply) => wanted && setPreview(reply.ok ? reply.value : null));
		return () => {
			wanted = false;
		};
	}, [bridge, handle, identity, width, height, reason, location]);
	return preview;
}
