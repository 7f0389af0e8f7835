import { newUuid, sha256 } from '../../core/postings/identifiers.ts';
import type { PostingContent, Role } from '../../core/postings/posting.ts';
import { opsResponse } from '../../core/postings/protocol/ops.ts';
import { contentOf, contractWithFields, digestOf } from './postingDesks.ts';
import type { ServiceSite } from './serviceSite.ts';

/** Olga sends a contract to people who are known by their address. @returns the posting's id. */
export async function sendPosting(
	site: ServiceSite,
	people: readonly (readonly [string, Role])[],
	change: Partial<PostingContent>,
): Promise<string> {
	const { token } = await site.logIn(site.person('Olga', 'PNONO-OLGA'));
	const bytes = await contractWithFields([]);
	const digest = sha256.parse(digestOf(bytes));
	const planned = contentOf([people], { sha256: digest, size: bytes.length }, new Date(), change);
	// Known by their verified address, until they enrol a certificate.
	const signatories = planned.signatories.map((one) => ({ ...one, identity: { kind: 'enrolled' as const } }));
	const content = { ...planned, signatories };
	const posting = newUuid();
	const metadata = { posting, document: content.documents[0]?.id ?? '', kind: 'document', sha256: digest };
	const tus = { 'tus-resumable': '1.0.0' };
	const begun = await site.ask('POST', '/v1/uploads', {
		token,
		headers: {
			...tus,
			'upload-length': String(bytes.length),
			'upload-metadata': Object.entries(metadata)
				.map(([name, value]) => `${name} ${Buffer.from(value).toString('base64')}`)
				.join(','),
		},
	});
	await site.ask('PATCH', begun.headers.get('location') ?? '', {
		token,
		body: Uint8Array.from(bytes),
		headers: { ...tus, 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' },
	});
	for (const [type, body, baseVersion] of [
		['create', { content }, 0],
		['activate', {}, 1],
	] as const) {
		const answer = await site.ask('POST', '/v1/ops', {
			token,
			json: { ops: [{ opId: newUuid(), entity: posting, baseVersion, type, body }] },
		});
		const { results } = opsResponse.parse(answer.body);
		if (results[0]?.status !== 'applied') throw new TypeError(JSON.stringify(results));
	}
	return posting;
}
