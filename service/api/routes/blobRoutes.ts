import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { sha256 } from '../../../core/postings/identifiers.ts';
import type { StoredBlob } from '../../blobs/blobs.ts';
import { everybody, sessionOf } from '../access.ts';
import { ApiError } from '../apiError.ts';
import type { App } from '../app.ts';
import { readRange } from '../byteRange.ts';
import type { PostingDesk } from '../postingDesk.ts';

/** `/v1/blobs/{sha256}`: the bytes of documents, receipts and bundles, whole or in part. */
export function blobRoutes(app: App, { desk }: { readonly desk: PostingDesk }): void {
	const params = z.object({ sha256 });
	const open = async (request: FastifyRequest<{ Params: { sha256: string } }>): Promise<StoredBlob> => {
		const blob = await desk.openBlob(sessionOf(request), request.params.sha256);
		if (blob !== undefined) return blob;
		throw new ApiError('blob-unknown', 'There are no such bytes for you.', { subject: request.params.sha256 });
	};

	app.head(
		'/v1/blobs/:sha256',
		{
			config: { access: everybody },
			schema: { tags: ['blobs'], summary: 'How many bytes there are', params, response: { 200: z.null() } },
		},
		async (request, reply) => {
			const blob = await open(request);
			return reply
				.headers({ ...representation(blob), 'content-length': blob.length })
				.code(200)
				.send(null);
		},
	);

	app.get(
		'/v1/blobs/:sha256',
		{
			config: { access: everybody },
			schema: {
				tags: ['blobs'],
				summary: 'The bytes, or the range of them that is asked for (RFC 9110 §14)',
				params,
			},
		},
		async (request, reply) => sendBlob(reply, await open(request), request.headers.range),
	);
}

function sendBlob(reply: FastifyReply, blob: StoredBlob, asked: string | undefined): FastifyReply {
	const range = readRange(asked, blob.length);
	if (range === 'unsatisfiable') {
		reply.header('content-range', `bytes */${blob.length}`);
		throw new ApiError('range-unsatisfiable', `There are ${blob.length} bytes.`);
	}
	reply.headers(representation(blob));
	if (range === undefined) return reply.header('content-length', blob.length).send(Readable.from(blob.read()));
	return reply
		.code(206)
		.headers({
			'content-range': `bytes ${range.start}-${range.end - 1}/${blob.length}`,
			'content-length': range.end - range.start,
		})
		.send(Readable.from(blob.read(range)));
}

const representation = ({ sha256: digest }: StoredBlob) => ({
	'content-type': 'application/octet-stream',
	'accept-ranges': 'bytes',
	etag: `"${digest}"`,
});
