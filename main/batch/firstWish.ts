import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { BatchWish, Settings } from '../../preload/contract.ts';
import type { Place } from '../documents/listing.ts';

/** Nothing shows on the pages until somebody says where; the rest is as the person signed last. */
export const firstWish = ({ remembered, level, timestampServers, offline }: Settings): BatchWish => ({
	place: { kind: 'none' },
	reason: remembered.reason ?? '',
	location: remembered.location ?? '',
	level: timestampServers.length > 0 && !offline ? level : 'b-b',
});

/** A folder for signed files whose originals lie nowhere, among what people keep. */
export function signedFolder(places: readonly Place[]): string {
	const place =
		places.find(({ kind, path }) => kind === 'documents' && existsSync(path)) ??
		places.find(({ kind }) => kind === 'home');
	return join(place?.path ?? homedir(), 'Paraph');
}
