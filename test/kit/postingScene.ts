/** A service that runs, with everything it talks to: certification authority, timestamps, mail; and people with tokens. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { addFields } from '../../core/pades/addFields.ts';
import { BytesSource } from '../../core/pdf/byteSource.ts';
import { PdfDocument } from '../../core/pdf/document.ts';
import type { Signer } from '../../core/ports/signer.ts';
import {
	documentId,
	newUuid,
	type PostingId,
	postingId,
	signatoryId,
	stepId,
} from '../../core/postings/identifiers.ts';
import type { PostingContent, Role } from '../../core/postings/posting.ts';
import { openTokenSigner } from '../../native/openTokenSigner.ts';
import { parseServiceConfig } from '../../service/config/configuration.ts';
import { createLogger } from '../../service/logging.ts';
import { type RunningService, startService } from '../../service/service.ts';
import { emailExtension } from './demoPki/certificate.ts';
import { type DemoPki, type Issued, type KeyKind, startDemoPki } from './demoPki.ts';
import { MailServer } from './mailServer.ts';
import { PostingApp } from './postingApp.ts';
import { digestOf } from './postingDesks.ts';
import { sampleContract } from './sampleContract.ts';
import { type SoftToken, softToken } from './softToken.ts';

export interface PostingSceneOptions {
	/** Of the service's configuration: `database`, `blobs`. */
	readonly config?: object;
	readonly env?: NodeJS.ProcessEnv;
}

const pin = '123456';
const day = 86_400_000;

/** Dispose it when done: that ends the service, and removes its data. */
export class PostingScene implements AsyncDisposable {
	readonly folder = mkdtempSync(join(tmpdir(), 'paraph-scene-'));
	readonly pki: DemoPki;
	readonly mail: MailServer;
	readonly #ends = new AsyncDisposableStack();
	readonly #options: PostingSceneOptions;

	private constructor(pki: DemoPki, mail: MailServer, options: PostingSceneOptions) {
		this.pki = pki;
		this.mail = mail;
		this.#options = options;
		this.#ends.defer(() => rmSync(this.folder, { recursive: true, force: true }));
		this.#ends.use(pki);
		this.#ends.use(mail);
	}

	static async open(options: PostingSceneOptions = {}): Promise<PostingScene> {
		const scene = new PostingScene(await startDemoPki(), await MailServer.start(), options);
		writeFileSync(join(scene.folder, 'anchor.pem'), scene.pki.anchorPem);
		return scene;
	}

	/** Path of the trust anchor. */
	get anchor(): string {
		return join(this.folder, 'anchor.pem');
	}

	/** What the service is configured with. @param port 0: a free one. */
	configuration(port = 0): Readonly<Record<string, unknown>> {
		const trust = [this.anchor];
		return {
			data: join(this.folder, 'service'),
			profile: 'test',
			listen: { port },
			login: { card: { trust, allowLocal: true, role: 'member', level: 4 } },
			validation: { trust, allowLocal: true },
			timestamps: [this.pki.tsa.url],
			mail: { url: this.mail.url, from: 'Paraph <paraph@example.com>' },
			limits: { requestsPerMinute: 100_000, loginsPerMinute: 10_000 },
			...this.#options.config,
		};
	}

	/** One more instance of the service, in this process. */
	async startService(): Promise<RunningService> {
		const config = parseServiceConfig(this.configuration(), 'test');
		mkdirSync(config.data, { recursive: true });
		const logger = createLogger(new Writable({ write: (_chunk, _encoding, done) => done() }));
		const service = await startService({ config, logger, env: { ...process.env, ...this.#options.env } });
		this.#ends.use(service);
		return service;
	}

	/** A certificate with somebody's identifier and address. */
	issue(name: string, key: KeyKind): Issued {
		const extensions = [emailExtension(personNamed(name).email)];
		return this.pki.issue({ commonName: name, identifier: `PNONO-${name}`, key, extensions });
	}

	/** A soft token with one key of somebody. */
	async softToken(name: string, key: KeyKind): Promise<SoftToken> {
		const issued = this.issue(name, key);
		const token = await softToken({ entries: [{ label: name, issued }], withChain: true });
		this.#ends.defer(() => token.remove());
		return token;
	}

	/** The way to its key. */
	async token(name: string, key: KeyKind): Promise<() => Promise<Signer>> {
		const token = await this.softToken(name, key);
		return () =>
			openTokenSigner({
				uri: token.uri(name),
				pin: async () => pin,
				environment: { ...process.env, ...token.environment },
			});
	}

	/** An application of somebody's, logged in. */
	async app(name: string, service: string, openSigner: () => Promise<Signer>): Promise<PostingApp> {
		const folder = join(this.folder, `app-${name}`);
		mkdirSync(folder, { recursive: true });
		const app = await PostingApp.open({ folder, service, openSigner, tsa: this.pki.tsa.url });
		this.#ends.use(app);
		await app.logIn();
		return app;
	}

	/** Runs once the scene ends. */
	defer(end: () => Promise<void> | void): void {
		this.#ends.defer(end);
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.#ends.disposeAsync();
	}
}

export interface PostingPlan {
	/** Names of those in each step, with what they are asked for. */
	readonly steps: readonly (readonly (readonly [name: string, role: Role])[])[];
	/** Others who may take somebody's place. */
	readonly level?: PostingContent['signatureLevel'];
	readonly documents?: readonly string[];
}

/** A posting ready to be sent: each signer has a field on each document. */
export async function planPosting(plan: PostingPlan): Promise<{
	readonly id: PostingId;
	readonly content: PostingContent;
	readonly documents: readonly Uint8Array[];
}> {
	const { steps, level = 'b-t', documents: names = ['contract.pdf'] } = plan;
	const signers = steps.flatMap((people, step) =>
		people.flatMap(([name, role]) => (role === 'signer' || role === 'witness' ? [fieldName(step, name)] : [])),
	);
	const documents = await Promise.all(names.map((_, index) => contractWithFields(signers, index)));
	const posted = documents.map((bytes, index) => ({
		id: documentId.parse(newUuid()),
		name: names[index] ?? 'document.pdf',
		content: { sha256: digestOf(bytes), size: bytes.length },
	}));
	const ids = posted.map(({ id }) => id);
	const planned = steps.map((people) => ({ id: stepId.parse(newUuid()), people }));
	const ahead = (days: number) => new Date(Date.now() + days * day).toISOString();
	const content: PostingContent = {
		title: 'Lease of Storgata 1',
		message: 'Please sign until Friday.',
		minLevel: 3,
		signatureLevel: level,
		expiresAt: ahead(14),
		deleteAt: ahead(90),
		remindAfterDays: 3,
		allowDelegation: true,
		documents: posted,
		steps: planned.map(({ id }) => ({ id, rule: { kind: 'all' }, minLevel: null, documents: ids })),
		signatories: planned.flatMap(({ id, people }, step) =>
			people.map(([name, role]) => ({
				...personNamed(name),
				id: signatoryId.parse(newUuid()),
				step: id,
				role,
				fields:
					role === 'signer' || role === 'witness'
						? ids.map((document) => ({ document, name: fieldName(step, name) }))
						: [],
			})),
		),
	};
	return { id: postingId.parse(newUuid()), content, documents };
}

export const personNamed = (name: string) => ({
	name,
	email: `${name.toLowerCase()}@example.com`,
	language: 'en' as const,
	identity: { kind: 'identifier' as const, identifier: `PNONO-${name}` },
});

const fieldName = (step: number, name: string): string => `Step ${step + 1} ${name}`;

async function contractWithFields(names: readonly string[], index: number): Promise<Uint8Array> {
	const contract = await sampleContract(new Date(Date.UTC(2026, 10, 2 + index)));
	const added = names.map((name) => ({ name }));
	return Buffer.concat([contract, addFields(PdfDocument.open(new BytesSource(contract)), added)]);
}
