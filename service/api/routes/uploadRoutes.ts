/** `/v1/uploads`: tus 1.0.0 (core, creation, expiration, termination): https://tus.io/protocols/resumable-upload */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { maximumUpload, type UploadMetadata, uploadMetadata } from '../../../core/postings/protocol/uploads.ts';
import type { Uploads } from '../../blobs/uploads.ts';
import { everybody, sessionOf } from '../access.ts';
import { ApiError } from '../apiError.ts';
import type { App } from '../app.ts';
import type { PostingDesk } from '../postingDesk.ts';

const VERSION = '1.0.0';
const CONTENT_TYPE = 'application/offset+octet-stream';
const largest = Math.max(...Object.values(maximumUpload));

const nothing = z.null().describe('nothing');
const uploadPath = z.object({ id: z.uuid() });

export function uploadRoutes(app: App, parts: { readonly uploads: Uploads; readonly desk: PostingDesk }): void {
	const { uploads, desk } = parts;
	const tags = ['uploads'];
	// The body is the stream itself: it is kept while it comes.
	app.addContentTypeParser(CONTENT_TYPE, { bodyLimit: largest }, (_request, payload, done) => done(null, payload));

	app.options(
		'/v1/uploads',
		{
			config: { access: 'public' },
			schema: { tags, summary: 'What of tus is understood', response: { 204: nothing } },
		},
		async (_request, reply) =>
			reply
				.headers({
					'tus-resumable': VERSION,
					'tus-version': VERSION,
					'tus-extension': 'creation,expiration,termination',
					'tus-max-size': largest,
				})
				.code(204)
				.send(null),
	);

	app.post(
		'/v1/uploads',
		{
			config: { access: everybody },
			schema: {
				tags,
				summary: 'Begin an upload',
				description:
					'Upload-Metadata names posting, document, kind and sha256. Answers 201 with Location; a digest that was uploaded before is asked for again, for nobody learns here what others have.',
				response: { 201: nothing },
			},
		},
		async (request, reply) => {
			requireVersion(request);
			const session = sessionOf(request);
			const metadata = readMetadata(request);
			const length = readNumber(request, 'upload-length');
			if (length === 0) throw new ApiError('request-invalid', 'Upload-Length: an empty file is no document.');
			if (length > maximumUpload[metadata.kind])
				throw new ApiError('upload-too-large', `A ${metadata.kind} has at most ${maximumUpload[metadata.kind]} bytes.`);
			await desk.admitUpload(session, metadata);
			const { sha256 } = metadata;
			const upload = await uploads.begin(session.tenant, { person: session.person.user, length, sha256 });
			return reply
				.headers({ ...expiry(upload.expiresAt), location: `/v1/uploads/${upload.id}`, 'upload-offset': 0 })
				.code(201)
				.send(null);
		},
	);

	app.head(
		'/v1/uploads/:id',
		{
			config: { access: everybody },
			schema: { tags, summary: 'How much has come', params: uploadPath, response: { 200: nothing } },
		},
		async (request, reply) => {
			requireVersion(request);
			const { tenant, person } = sessionOf(request);
			const upload = await uploads.state(tenant, person.user, request.params.id);
			return reply
				.headers({ ...expiry(upload.expiresAt), 'upload-offset': upload.received, 'upload-length': upload.length })
				.code(200)
				.send(null);
		},
	);

	app.patch(
		'/v1/uploads/:id',
		{
			config: { access: everybody },
			schema: {
				tags,
				summary: 'Go on from Upload-Offset',
				description: 'The body is application/offset+octet-stream. What has come when a connection breaks stays.',
				params: uploadPath,
				response: { 204: nothing },
			},
		},
		async (request, reply) => {
			requireVersion(request);
			const { tenant, person } = sessionOf(request);
			if (!isStream(request.body)) throw new ApiError('unsupported-type', `The body has to be ${CONTENT_TYPE}.`);
			const offset = readNumber(request, 'upload-offset');
			const source = request.body;
			const received = await uploads.append(tenant, person.user, request.params.id, { offset, source });
			return answerOffset(reply, received);
		},
	);

	app.delete(
		'/v1/uploads/:id',
		{
			config: { access: everybody },
			schema: { tags, summary: 'Give an upload up', params: uploadPath, response: { 204: nothing } },
		},
		async (request, reply) => {
			requireVersion(request);
			const { tenant, person } = sessionOf(request);
			await uploads.remove(tenant, person.user, request.params.id);
			return reply.header('tus-resumable', VERSION).code(204).send(null);
		},
	);
}

const answerOffset = (reply: FastifyReply, received: number) =>
	reply.headers({ 'tus-resumable': VERSION, 'upload-offset': received }).code(204).send(null);

const expiry = (expiresAt: Date) => ({ 'tus-resumable': VERSION, 'upload-expires': expiresAt.toUTCString() });

function requireVersion({ headers }: FastifyRequest): void {
	if (headers['tus-resumable'] !== VERSION)
		throw new ApiError('tus-version', `This is tus ${VERSION}, asked for was ${headers['tus-resumable'] ?? 'none'}.`);
}

function readNumber({ headers }: FastifyRequest, name: string): number {
	const value = headers[name];
	if (typeof value === 'string' && /^\d{1,15}$/.test(value)) return Number(value);
	throw new ApiError('request-invalid', `${name}: a number of bytes was expected.`);
}

/** Pairs of a name and a value in base64, commas between them. */
function readMetadata({ headers }: FastifyRequest): UploadMetadata {
	const text = headers['upload-metadata'];
	const pairs = typeof text === 'string' ? text.split(',').map((pair) => pair.trim().split(' ')) : [];
	const entries = pairs.map(([name, value]) => [name ?? '', Buffer.from(value ?? '', 'base64').toString('utf8')]);
	const parsed = uploadMetadata.safeParse(Object.fromEntries(entries));
	if (parsed.success) return parsed.data;
	const [issue] = parsed.error.issues;
	throw new ApiError('upload-metadata', `Upload-Metadata: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}.`);
}

const isStream = (body: unknown): body is AsyncIterable<Uint8Array> =>
	typeof body === 'object' && body !== null && Symbol.asyncIterator in body;
