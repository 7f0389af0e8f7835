/** A mail server on loopback that keeps what it is given, or refuses it. */
import type { Socket } from 'node:net';
import { SMTPServer } from 'smtp-server';

export interface ReceivedMail {
	readonly to: readonly string[];
	/** As it came over the wire, headers and all. */
	readonly raw: string;
	readonly messageId: string;
	readonly subject: string;
}

export class MailServer implements AsyncDisposable {
	readonly received: ReceivedMail[] = [];
	/** Status of SMTP with which each message is refused, while it is set. */
	refusing: number | undefined;
	/** Called with each message before it is taken. */
	onMessage: ((mail: ReceivedMail) => void | Promise<void>) | undefined;
	/** Called with what has come of a message so far. */
	onChunk: ((chunk: Buffer) => void) | undefined;
	readonly #server: SMTPServer;
	readonly #sockets = new Set<Socket>();

	private constructor() {
		this.#server = new SMTPServer({
			authOptional: true,
			disabledCommands: ['STARTTLS', 'AUTH'],
			onData: (stream, session, done) => {
				const chunks: Buffer[] = [];
				stream.on('data', (chunk: Buffer) => {
					chunks.push(chunk);
					this.onChunk?.(chunk);
				});
				stream.on('end', async () => {
					const raw = Buffer.concat(chunks).toString('utf8');
					const to = session.envelope.rcptTo.map(({ address }) => address);
					const mail = { to, raw, messageId: header(raw, 'Message-ID'), subject: header(raw, 'Subject') };
					if (this.refusing !== undefined)
						return done(Object.assign(new Error('not now'), { responseCode: this.refusing }));
					await this.onMessage?.(mail);
					this.received.push(mail);
					done();
				});
			},
		});
		this.#server.server.on('connection', (socket: Socket) => {
			this.#sockets.add(socket);
			socket.once('close', () => this.#sockets.delete(socket));
		});
		// A client that is killed in mid-sentence is no fault of the server's.
		this.#server.on('error', () => {});
	}

	static async start(): Promise<MailServer> {
		const server = new MailServer();
		await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
		return server;
	}

	get url(): string {
		const address = this.#server.server.address();
		return `smtp://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
	}

	/** Breaks every connection that there is. */
	disconnect(): void {
		for (const socket of this.#sockets) socket.destroy();
	}

	/** As mailboxes do: a second copy of a message is none. Some ask for the same date, too. */
	get mailbox(): readonly ReceivedMail[] {
		const known = this.received.map((mail) => [`${mail.messageId} ${header(mail.raw, 'Date')}`, mail] as const);
		return [...new Map(known).values()];
	}

	/** The code in the newest login letter to an address, once there is one. @param from how many earlier letters do not count. */
	loginCode(email: string, from = 0): string | undefined {
		const letters = this.received.slice(from).filter(({ to }) => to.includes(email));
		return letters.flatMap(({ subject }) => /\b(\d{6})\b/.exec(subject)?.[1] ?? []).at(-1);
	}

	async stop(): Promise<void> {
		await new Promise<void>((resolve) => this.#server.close(() => resolve()));
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.stop();
	}
}

/** Unfolded (RFC 5322 §2.2.3). */
const header = (raw: string, name: string): string =>
	new RegExp(`^${name}: (.*)$`, 'im').exec(raw.replace(/\r\n[ \t]+/g, ' '))?.[1]?.trim() ?? '';
