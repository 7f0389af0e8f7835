/** Soft tokens: SoftHSM with a configuration of its own in a temporary folder, filled with keys and certificates. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DemoError } from './demoError.ts';
import type { Issued } from './demoPki/authority.ts';
import type { TokenContents } from './softToken/write.ts';

export interface TokenEntry {
	/** CKA_LABEL of key and certificate. */
	readonly label: string;
	readonly issued: Issued;
	/** Leaves out what some cards leave out. */
	readonly without?: 'certificate' | 'private-key' | 'public-key';
	/** CKA_ALWAYS_AUTHENTICATE: the PIN is wanted for each signature. */
	readonly alwaysAuthenticate?: boolean;
	/** CKA_ID as hexadecimal; its position, from 01, where left out. */
	readonly id?: string;
	/** CKA_ID of the certificate, where a careless issuer gave it another than the key's. */
	readonly certificateId?: string;
	/** CKA_ALLOWED_MECHANISMS of the private key: CKM_…. */
	readonly allowedMechanisms?: readonly number[];
}

export interface SoftTokenOptions {
	readonly label?: string;
	readonly pin?: string;
	/** The security officer's PIN, which unblocks the other; a random one where left out. */
	readonly puk?: string;
	/** What the token holds. */
	readonly entries: readonly TokenEntry[];
	/** Puts the issuing authorities' certificates beside the keys, as many cards do. */
	readonly withChain?: boolean;
	/** The folder of another soft token: both are then slots of one module. A new one where left out. */
	readonly directory?: string;
}

export class SoftToken implements Disposable {
	/** The PKCS#11 library. */
	readonly modulePath: string;
	readonly label: string;
	readonly pin: string;
	readonly directory: string;

	constructor(parts: { modulePath: string; label: string; pin: string; directory: string }) {
		this.modulePath = parts.modulePath;
		this.label = parts.label;
		this.pin = parts.pin;
		this.directory = parts.directory;
	}

	/** What a process that loads the module must have in its environment. */
	get environment(): { readonly SOFTHSM2_CONF: string } {
		return { SOFTHSM2_CONF: join(this.directory, 'softhsm2.conf') };
	}

	/** RFC 7512, naming module, token and, where given, the object. */
	uri(object?: string): string {
		const path = [`token=${encodeURIComponent(this.label)}`];
		if (object !== undefined) path.push(`object=${encodeURIComponent(object)}`);
		return `pkcs11:${path.join(';')}?module-path=${this.modulePath}`;
	}

	/** Removes the token and its folder. */
	remove(): void {
		rmSync(this.directory, { recursive: true, force: true });
	}

	[Symbol.dispose](): void {
		this.remove();
	}
}

/** @throws {DemoError} softhsm-missing */
export async function softToken(options: SoftTokenOptions): Promise<SoftToken> {
	const { label = 'demo', pin = '123456', puk = randomBytes(8).toString('hex'), entries, withChain = false } = options;
	const directory = options.directory ?? mkdtempSync(join(tmpdir(), 'paraph-token-'));
	const token = openSoftToken({ directory, label, pin });
	const { modulePath } = token;
	const contents: TokenContents = {
		modulePath,
		label,
		pin,
		securityOfficerPin: puk,
		entries: entries.map((entry, index) => ({
			label: entry.label,
			id: entry.id ?? (index + 1).toString(16).padStart(2, '0'),
			certificateId: entry.certificateId,
			allowedMechanisms: entry.allowedMechanisms,
			certificate: Buffer.from(entry.issued.certificate).toString('base64'),
			privateKey: entry.issued.key.privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64'),
			without: entry.without,
			alwaysAuthenticate: entry.alwaysAuthenticate ?? false,
		})),
		authorities: withChain ? unique(entries.flatMap((entry) => entry.issued.chain)) : [],
	};
	await writeToken(contents, token.environment);
	return token;
}

/** A token that {@link softToken} made before, in its folder or wherever that has been moved to. */
export function openSoftToken(made: { directory: string; label: string; pin: string }): SoftToken {
	const token = new SoftToken({ modulePath: softHsmModule(), ...made });
	const tokens = join(made.directory, 'tokens');
	mkdirSync(tokens, { recursive: true });
	writeFileSync(
		token.environment.SOFTHSM2_CONF,
		`directories.tokendir = ${tokens}\nobjectstore.backend = file\nlog.level = ERROR\n`,
	);
	return token;
}

/** Where distributions put SoftHSM; `SOFTHSM2_MODULE` names another place. */
export function softHsmModule(): string {
	const places = [
		process.env['SOFTHSM2_MODULE'],
		'/usr/lib/softhsm/libsofthsm2.so',
		'/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so',
		'/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so',
		'/usr/lib64/pkcs11/libsofthsm2.so',
		'/opt/homebrew/lib/softhsm/libsofthsm2.so',
		'/usr/local/lib/softhsm/libsofthsm2.so',
	];
	const found = places.find((place) => place !== undefined && existsSync(place));
	if (found !== undefined) return found;
	throw new DemoError('softhsm-missing', 'SoftHSM, which holds the demo token, is not installed', {
		hint: "Install the package 'softhsm2' (build/setup does), or name the library in SOFTHSM2_MODULE.",
	});
}

/** SoftHSM reads its environment once a process, so each token is written by a process of its own. */
function writeToken(contents: TokenContents, environment: Readonly<Record<string, string>>): Promise<void> {
	return new Promise((resolve, reject) => {
		const child = execFile(
			process.execPath,
			[fileURLToPath(new URL('./softToken/write.ts', import.meta.url))],
			{ env: { ...process.env, ...environment }, timeout: 60_000 },
			(error, _stdout, stderr) => (error === null ? resolve() : reject(new Error(stderr || error.message))),
		);
		child.stdin?.end(JSON.stringify(contents));
	});
}

const unique = (certificates: readonly Uint8Array[]): string[] => [
	...new Set(certificates.map((certificate) => Buffer.from(certificate).toString('base64'))),
];
