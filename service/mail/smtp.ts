import { Transform } from 'node:stream';
import { createTransport, type SendMailOptions } from 'nodemailer';

export interface MailSettings {
	/** smtp:// or smtps://; without it letters wait. */
	readonly url: string | undefined;
	readonly user: string | undefined;
	readonly password: string | undefined;
	readonly from: string;
}

/** What a server is given for its answer to the final dot, in milliseconds (RFC 5321 §4.5.3.2.6). */
export const PATIENCE = 10 * 60_000;

/**
 * Hands one message to the mail server.
 *
 * @param beforeTheDot awaited when the server has all of the message but the dot that ends it: until then it takes nothing (RFC
 * 5321 §4.1.1.4). Where it throws, the connection is given up, and the message with it.
 * @throws {Error} with `responseCode` where the server refused.
 */
export async function sendMessage(
	settings: MailSettings & { readonly url: string },
	message: SendMailOptions,
	beforeTheDot: () => Promise<void>,
): Promise<void> {
	const transport = createTransport(optionsFor(settings));
	transport.use('stream', (mail, done) => {
		mail.message.transform(() => held(beforeTheDot));
		done();
	});
	try {
		await transport.sendMail(message);
	} finally {
		transport.close();
	}
}

/** Lets everything through, and its end when the promise is kept. */
const held = (before: () => Promise<void>): Transform =>
	new Transform({
		transform: (chunk, _encoding, done) => done(null, chunk),
		flush: (done) => void before().then(() => done(), done),
	});

function optionsFor({ url, user, password }: MailSettings & { readonly url: string }) {
	const { protocol, hostname, port } = new URL(url);
	const secure = protocol === 'smtps:';
	const isLocal = hostname === 'localhost' || hostname === '127.0.0.1' || hostname === '[::1]';
	return {
		host: hostname.replace(/^\[|\]$/g, ''),
		port: port === '' ? (secure ? 465 : 587) : Number(port),
		secure,
		// Letters name people and postings: off this machine they travel encrypted or not at all.
		requireTLS: !secure && !isLocal,
		ignoreTLS: !secure && isLocal,
		...(user === undefined ? {} : { auth: { user, pass: password ?? '' } }),
		connectionTimeout: 30_000,
		greetingTimeout: 30_000,
		socketTimeout: PATIENCE,
		disableFileAccess: true,
		disableUrlAccess: true,
	};
}

/** Whether the server has answered, and refused: it has not taken the message then. */
export const isRefusal = (error: unknown): boolean =>
	error instanceof Error && 'responseCode' in error && typeof error.responseCode === 'number';

/** The server's code, without its words: they repeat the address. */
export function reasonOf(error: unknown): string {
	if (!(error instanceof Error)) return 'unknown';
	if ('responseCode' in error && typeof error.responseCode === 'number') return `SMTP ${error.responseCode}`;
	return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
