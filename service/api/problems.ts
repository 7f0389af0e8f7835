/** Every failure as `application/problem+json` (RFC 9457): a code, what happened, what to do; never a stack trace. */
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { ParaphError } from '../../core/ports/errors.ts';
import { PostingError, type PostingErrorCode } from '../../core/postings/postingError.ts';
import type { Problem } from '../../core/postings/protocol/problem.ts';
import { AuthError } from '../auth/authError.ts';
import { BlobError } from '../blobs/blobError.ts';
import { UploadError, type UploadErrorCode } from '../blobs/uploadError.ts';
import { KeyError } from '../keys/keyError.ts';
import { ApiError, type ApiErrorCode } from './apiError.ts';

/** What the rules of postings mean in HTTP; the others are a conflict with the posting's state. */
const postingStatus: Readonly<Partial<Record<PostingErrorCode, number>>> = {
	'posting-missing': 404,
	'posting-purged': 410,
	'not-permitted': 403,
	'level-too-low': 403,
	'head-changed': 412,
	'certificate-not-the-signatorys': 422,
	'certificate-not-enrolled': 422,
	'signature-level-too-low': 422,
	'field-not-the-signatorys': 422,
};

/** 460 is the checksum extension's, the others are of tus itself. */
const uploadStatus: Readonly<Record<UploadErrorCode, number>> = {
	'upload-gone': 404,
	'upload-offset': 409,
	'upload-too-long': 413,
	'upload-digest': 460,
	'upload-quota': 429,
};

/** By Fastify's own codes. */
const ofFastify: Readonly<Record<string, ApiErrorCode>> = {
	FST_ERR_CTP_BODY_TOO_LARGE: 'too-large',
	FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported-type',
	FST_ERR_CTP_EMPTY_JSON_BODY: 'request-invalid',
	FST_ERR_CTP_INVALID_JSON_BODY: 'request-invalid',
	FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'request-invalid',
};

export function problemOf(error: unknown): Problem {
	const known = shapeKnown(error);
	const { message, hint, code } = known;
	const triesLeft = known instanceof AuthError ? known.triesLeft : undefined;
	return { status: statusOf(known), code, message, hint, ...(triesLeft === undefined ? {} : { triesLeft }) };
}

function shapeKnown(error: unknown): ParaphError & { readonly code: string } {
	if (error instanceof ParaphError) return error;
	if (!(error instanceof Error)) return internal(error);
	if (hasZodFastifySchemaValidationErrors(error)) {
		const [issue] = error.validation;
		const place = [error.validationContext, issue?.instancePath.replaceAll('/', '.')].join('').replace(/\.$/, '');
		return new ApiError('request-invalid', `${place}: ${issue?.message ?? 'not as expected'}`, { cause: error });
	}
	const code = 'code' in error && typeof error.code === 'string' ? ofFastify[error.code] : undefined;
	if (code !== undefined) return new ApiError(code, error.message, { cause: error });
	if ('statusCode' in error && error.statusCode === 400)
		return new ApiError('request-invalid', 'The request is not as HTTP wants it.', { cause: error });
	return internal(error);
}

function statusOf(error: ParaphError & { readonly code: string }): number {
	if (error instanceof ApiError || error instanceof AuthError) return error.status;
	if (error instanceof PostingError) return postingStatus[error.code] ?? 409;
	if (error instanceof BlobError) return error.code === 'blob-missing' ? 404 : error.code === 'blob-length' ? 400 : 503;
	if (error instanceof UploadError) return uploadStatus[error.code];
	if (error instanceof KeyError) return error.code === 'key-destroyed' ? 410 : 500;
	return 500;
}

const internal = (cause: unknown): ApiError => new ApiError('internal', 'The service could not do this.', { cause });

/** The error handler of the application. What is our fault goes to the log, whole. */
export function sendProblem(error: FastifyError | Error, request: FastifyRequest, reply: FastifyReply): void {
	const problem = problemOf(error);
	if (problem.status >= 500) request.log.error({ err: error }, 'request failed');
	if (error instanceof AuthError && error.retryAfter !== undefined) reply.header('retry-after', error.retryAfter);
	void reply.status(problem.status).type('application/problem+json').serializer(JSON.stringify).send(problem);
}
