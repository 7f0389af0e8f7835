/** Postings during which the service and the applications are killed at random moments; and what must hold afterwards. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { BytesSource } from '../../core/pdf/byteSource.ts';
import type { Role } from '../../core/postings/posting.ts';
import { timeline } from '../../core/postings/protocol/event.ts';
import type { PostingView } from '../../core/postings/protocol/view.ts';
import { verifyDocument } from '../../core/validation/verifyDocument.ts';
import type { KeyKind } from '../kit/demoPki.ts';
import { PostingApp } from '../kit/postingApp.ts';
import { PostingScene, type PostingSceneOptions, personNamed, planPosting } from '../kit/postingScene.ts';
import { PostingService } from '../kit/postingService.ts';
import type { SoftToken } from '../kit/softToken.ts';
import type { AppTask } from './appProcess.ts';

const appProcess = fileURLToPath(new URL('./appProcess.ts', import.meta.url));

/** Each with a token of a kind of its own. Olga owns the postings; Bo may decline, and Kai takes his place. */
const people: Readonly<Record<string, KeyKind>> = { Olga: 'rsa-2048', Bo: 'p256', Kai: 'p384' };

export interface KilledRun {
	readonly kills: readonly string[];
	/** What does not hold; empty when all does. */
	readonly wrong: readonly string[];
}

interface Person {
	readonly name: string;
	readonly folder: string;
	readonly token: SoftToken;
}

export class KilledPostings implements AsyncDisposable {
	readonly #scene: PostingScene;
	readonly #service: PostingService;
	readonly #people: readonly Person[];

	private constructor(scene: PostingScene, service: PostingService, people: readonly Person[]) {
		this.#scene = scene;
		this.#service = service;
		this.#people = people;
	}

	/** @param config of the service: `database`, `blobs`. */
	static async open(options: PostingSceneOptions = {}): Promise<KilledPostings> {
		const scene = await PostingScene.open(options);
		const { data: _, listen: __, ...config } = scene.configuration();
		const service = await PostingService.start({
			...{ site: { trust: scene.anchor, pki: scene.pki }, directory: join(scene.folder, 'served') },
			...{ config, env: options.env ?? {} },
		});
		scene.defer(() => service.stop());
		const tokens = await Promise.all(
			Object.entries(people).map(async ([name, key]) => {
				const folder = join(scene.folder, `app-${name}`);
				mkdirSync(folder);
				return { name, folder, token: await scene.softToken(name, key) };
			}),
		);
		return new KilledPostings(scene, service, tokens);
	}

	/** One posting, from the draft until everybody has what is theirs, with that many kills. */
	async run(wanted: number): Promise<KilledRun> {
		const declines = Math.random() < 0.5;
		const steps = plans[Math.floor(Math.random() * plans.length)] ?? plans[0];
		const plan = await planPosting({ steps });
		const documents = plan.documents.map((bytes) => Buffer.from(bytes).toString('base64'));
		await this.#draft(plan.id, JSON.stringify({ content: plan.content, documents }));
		const apps = this.#people.map((person) => new KillableApp(this.#task(person, plan.id, declines)));
		const finished = Promise.all(apps.map((app) => app.untilDone()));
		const kills = await this.#killAtRandom(apps, wanted, finished);
		const faults = (await finished).flat();
		return { kills, wrong: [...faults, ...(await this.#wrongWith(plan.id, signaturesIn(steps)))] };
	}

	async #killAtRandom(
		apps: readonly KillableApp[],
		wanted: number,
		finished: Promise<unknown>,
	): Promise<readonly string[]> {
		const kills: string[] = [];
		const over = new AbortController();
		void finished.finally(() => over.abort());
		while (kills.length < wanted && !over.signal.aborted) {
			await wait(100 + Math.random() * 2400, undefined, { signal: over.signal }).catch(() => undefined);
			if (over.signal.aborted) break;
			const victim = Math.floor(Math.random() * 2 * apps.length);
			const app = apps[victim];
			if (app) {
				if (app.kill()) kills.push(app.name);
			} else {
				await this.#service.kill();
				kills.push('service');
				await this.#service.resume();
			}
		}
		return kills;
	}

	#task({ name, folder, token }: Person, posting: AppTask['posting'], declines: boolean): AppTask & { name: string } {
		const { environment, pin } = token;
		return {
			name,
			folder,
			posting,
			service: this.#service.url,
			tsa: this.#scene.pki.tsa.url,
			token: { uri: token.uri(name), pin, environment: { ...environment } },
			declines: declines && name === 'Bo',
			replacement: personNamed('Kai'),
		};
	}

	async #draft(id: string, body: string): Promise<void> {
		await this.#inApp('Olga', async ({ store }) => store.drafts.put({ id, changedAt: new Date().toISOString(), body }));
	}

	/** Everybody sees the same; each signature is there once, and holds; each event happened once. */
	async #wrongWith(id: string, signatures: number): Promise<readonly string[]> {
		const wrong: string[] = [];
		const views: PostingView[] = [];
		for (const { name } of this.#people) {
			await this.#inApp(name, async (app) => {
				await app.exchange();
				views.push(app.view(id));
				const waiting = app.sync.outbox.queued();
				if (waiting.length > 0) wrong.push(`${name} still has ${waiting.map(({ op }) => op.type)} in the outbox`);
			});
		}
		const said = views.map(({ state, version, endedAt }) => JSON.stringify({ state, version, endedAt }));
		if (new Set(said).size > 1) wrong.push(`they see different things: ${said.join(' ')}`);
		await this.#inApp('Olga', async (app) => {
			const { documents, signatures: recorded } = app.view(id);
			const accepted = recorded.filter(({ state }) => state === 'accepted');
			if (accepted.length !== signatures) wrong.push(`${accepted.length} signatures accepted instead of ${signatures}`);
			for (const { revisions } of documents) {
				const head = revisions.at(-1) ?? revisions[0];
				const bytes = await app.fetch(head);
				const { anchors } = this.#scene.pki;
				const verdict = await verifyDocument(new BytesSource(bytes), { anchors, time: new Date() });
				const broken = verdict.signatures.filter(({ indication }) => indication === 'TOTAL-FAILED');
				if (verdict.signatures.length !== signatures || broken.length > 0)
					wrong.push(`the document holds ${verdict.signatures.length} signatures, ${broken.length} broken`);
			}
			const path = `/v1/postings/${id}/events`;
			const { events } = await app.sync.connection().read({ method: 'GET', path }, timeline);
			const count = (action: string) => events.filter((event) => event.action === action).length;
			for (const [action, times] of [
				['signature.accepted', signatures],
				['posting.activated', 1],
				['posting.completed', 1],
			] as const)
				if (count(action) !== times) wrong.push(`${action} happened ${count(action)} times instead of ${times}`);
		});
		return wrong;
	}

	async #inApp<Result>(name: string, work: (app: PostingApp) => Promise<Result>): Promise<Result> {
		const person = this.#people.find((one) => one.name === name);
		if (!person) throw new TypeError(`nobody is called ${name}`);
		await using app = await PostingApp.open({
			folder: person.folder,
			service: this.#service.url,
			tsa: this.#scene.pki.tsa.url,
			openSigner: () => Promise.reject(new TypeError('nothing is signed here')),
		});
		return await work(app);
	}

	/** Each letter that was sent, once; a second copy of one is none to a mailbox. */
	get letters(): number {
		return this.#scene.mail.mailbox.length;
	}

	/** Letters that came twice: a kill between the server's answer and our note of it does that. */
	get copies(): number {
		return this.#scene.mail.received.length - this.letters;
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.#scene[Symbol.asyncDispose]();
	}
}

type Plan = readonly (readonly (readonly [name: string, role: Role])[])[];

const plans: readonly [Plan, ...Plan[]] = [
	[
		[['Bo', 'signer']],
		[
			['Olga', 'signer'],
			['Kai', 'witness'],
		],
	],
	[
		[
			['Bo', 'signer'],
			['Olga', 'signer'],
		],
		[['Kai', 'approver']],
	],
	[
		[
			['Bo', 'approver'],
			['Kai', 'signer'],
			['Olga', 'signer'],
		],
	],
];

const signaturesIn = (plan: Plan): number =>
	plan.flat().filter(([, role]) => role === 'signer' || role === 'witness').length;

/** A process that is started again whenever it was killed. */
class KillableApp {
	readonly name: string;
	readonly #taskFile: string;
	#child: ChildProcess | undefined;

	constructor({ name, ...task }: AppTask & { readonly name: string }) {
		this.name = name;
		this.#taskFile = join(task.folder, 'task.json');
		writeFileSync(this.#taskFile, JSON.stringify(task));
	}

	/** @returns whether there was anything to kill. */
	kill(): boolean {
		return this.#child?.kill('SIGKILL') ?? false;
	}

	/** @returns what it ended by, where that was no kill: it is started again all the same. */
	async untilDone(): Promise<readonly string[]> {
		const faults: string[] = [];
		while (faults.length < MOST_FAULTS) {
			const child = spawn(process.execPath, [appProcess, this.#taskFile], { stdio: ['ignore', 'ignore', 'pipe'] });
			this.#child = child;
			const said: Buffer[] = [];
			child.stderr.on('data', (part: Buffer) => said.push(part));
			const [code, signal] = await once(child, 'exit');
			this.#child = undefined;
			if (code === 0) break;
			if (signal !== 'SIGKILL') faults.push(`${this.name} ended with ${code}: ${Buffer.concat(said).toString()}`);
		}
		return faults;
	}
}

/** One that cannot go on is not started for ever. */
const MOST_FAULTS = 5;
