/** A smart card without hardware: a PIV card in the virtual reader that vsmartcard's driver gives to pcscd. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { OnlyHolder } from './onlyHolder.ts';
import { type CommandApdu, parseApdu } from './virtualCard/apdu.ts';
import { PivApplet, type PivAppletOptions } from './virtualCard/pivApplet.ts';

/** Where vpcd listens (/etc/reader.conf.d/vpcd: CHANNELID 0x8C7B). */
const vpcdPort = 35963;
const socketPath = '/run/pcscd/pcscd.comm';
/** That of a YubiKey 4: to a PIV card it does not know, OpenSC grants RSA alone. */
const answerToReset = Buffer.from('3bf81300008131fe15597562696b657934d4', 'hex');

/** The service for card readers, with the virtual reader in it; one test process has it at a time. */
export class CardService implements AsyncDisposable {
	readonly #holder: OnlyHolder;
	readonly #process: ChildProcess | undefined;

	private constructor(holder: OnlyHolder, process: ChildProcess | undefined) {
		this.#holder = holder;
		this.#process = process;
	}

	/** Why there is none to be had on this machine; undefined where there is. */
	static get missing(): string | undefined {
		const absent = [
			'/usr/sbin/pcscd',
			'/usr/lib/pcsc/drivers/serial/libifdvpcd.so',
			'/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so',
		].filter((path) => !existsSync(path));
		if (absent.length > 0) return `not installed: ${absent.join(', ')} (packages pcscd, vsmartcard-vpcd, opensc)`;
		if (process.getuid?.() !== 0 && !existsSync(socketPath)) return 'pcscd does not run, and only root may start it';
		return undefined;
	}

	/** Uses the service that runs, or starts one, when no other test process has it. */
	static async start(): Promise<CardService> {
		const holder = await OnlyHolder.of('card-service');
		if (await answers(socketPath)) return new CardService(holder, undefined);
		// One that was killed left its socket behind, and nobody would find the next.
		rmSync(socketPath, { force: true });
		const child = spawn('/usr/sbin/pcscd', ['--foreground'], { stdio: 'ignore' });
		for (let i = 0; i < 100; i++) {
			if (await answers(socketPath)) return new CardService(holder, child);
			await wait(50);
		}
		child.kill();
		await holder[Symbol.asyncDispose]();
		throw new Error('pcscd did not start');
	}

	async [Symbol.asyncDispose](): Promise<void> {
		const child = this.#process;
		if (child !== undefined && child.exitCode === null) {
			const ended = new Promise((resolve) => child.once('exit', resolve));
			child.kill('SIGTERM');
			await ended;
		}
		await this.#holder[Symbol.asyncDispose]();
	}
}

/** Whether somebody listens there. */
const answers = (path: string): Promise<boolean> =>
	new Promise((resolve) => {
		const socket = connect(path);
		socket.once('connect', () => {
			socket.destroy();
			resolve(true);
		});
		socket.once('error', () => resolve(false));
	});

export interface VirtualCardOptions extends PivAppletOptions {
	/** Sees each command before it is answered; what it returns is waited for. It may pull the card. */
	readonly onCommand?: (command: CommandApdu, card: VirtualCard) => Promise<void> | void;
}

/** A card that can be put into the reader and pulled out of it; what it has counted stays. */
export class VirtualCard implements AsyncDisposable {
	readonly applet: PivApplet;
	readonly #onCommand: VirtualCardOptions['onCommand'];
	#socket: Socket | undefined;
	#received = Buffer.alloc(0);
	/** Whether the first octet of an answer went ahead of the rest. */
	#hasBegun = false;
	#answering: Promise<void> = Promise.resolve();

	constructor(options: VirtualCardOptions) {
		this.applet = new PivApplet(options);
		this.#onCommand = options.onCommand;
	}

	async insert(): Promise<void> {
		const socket = await open();
		this.#socket = socket;
		this.#received = Buffer.alloc(0);
		this.#hasBegun = false;
		socket.on('error', () => {});
		socket.on('data', (data) => this.#take(socket, data));
		// pcscd looks into its readers every few hundred milliseconds.
		await wait(1200);
	}

	/** At once, whatever it is doing. */
	pull(): void {
		// vpcd takes half a length for an answer, and falls over it; an empty one it takes for what it is.
		if (this.#hasBegun) this.#socket?.write(Buffer.of(0));
		this.#hasBegun = false;
		this.#socket?.destroy();
		this.#socket = undefined;
		this.applet.reset();
	}

	async [Symbol.asyncDispose](): Promise<void> {
		this.pull();
		await this.#answering;
		await wait(500);
	}

	#take(socket: Socket, data: Buffer): void {
		this.#received = Buffer.concat([this.#received, data]);
		while (this.#received.length >= 2) {
			const end = 2 + this.#received.readUInt16BE(0);
			if (this.#received.length < end) {
				this.#begin(socket, end - 2);
				return;
			}
			const message = Buffer.from(this.#received.subarray(2, end));
			this.#received = this.#received.subarray(end);
			this.#answering = this.#answering.then(() => this.#answer(socket, message));
		}
	}

	/**
	 * vpcd sends the length of a command and the command apart, and its kernel holds the second back until the first is
	 * acknowledged, which ours does at once only along with something to send: else each command takes 40 ms longer, and
	 * OpenSC loads for seconds. So the first octet of the answer goes ahead: 0, as no answer has 256 octets or more.
	 */
	#begin(socket: Socket, length: number): void {
		if (length === 1 || this.#hasBegun) return;
		this.#hasBegun = true;
		socket.write(Buffer.of(0));
	}

	/** One octet is the reader's own: 0 power off, 1 power on, 2 reset, 4 answer to reset. The rest is for the card. */
	async #answer(socket: Socket, message: Buffer): Promise<void> {
		if (message.length === 1) {
			if (message[0] === 4) this.#send(socket, answerToReset);
			else this.applet.reset();
			return;
		}
		const command = parseApdu(message);
		await this.#onCommand?.(command, this);
		if (!socket.destroyed) this.#send(socket, this.applet.process(command));
	}

	#send(socket: Socket, bytes: Buffer): void {
		const length = Buffer.alloc(2);
		length.writeUInt16BE(bytes.length);
		socket.write(Buffer.concat([this.#hasBegun ? length.subarray(1) : length, bytes]));
		this.#hasBegun = false;
	}
}

function open(): Promise<Socket> {
	return new Promise((resolve, reject) => {
		const socket = connect({ port: vpcdPort, host: '127.0.0.1', noDelay: true }, () => resolve(socket));
		socket.once('error', reject);
	});
}
