import type { Failure, Reply, Saved } from '../../preload/contract.ts';

/** Ends what the host began: a download is followed. @returns why nothing was kept. */
export async function save(asked: Promise<Reply<Saved>>): Promise<Failure | null> {
	const reply = await asked;
	if (!reply.ok) return reply.error;
	if (reply.value.kind === 'download') {
		const link = document.createElement('a');
		link.href = reply.value.url;
		link.download = reply.value.name;
		link.click();
	}
	return null;
}
