/** A PKCS#11 module with faults at chosen calls: a small C library around SoftHSM, compiled when it is first wanted. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SoftToken } from './softToken.ts';

export type FaultyFunction = 'load' | 'initialize' | 'tokeninfo' | 'mechanismlist' | 'login' | 'signinit' | 'sign';

export type FaultKind =
	| 'crash'
	| 'exit'
	| 'hang'
	/** So many milliseconds later. */
	| `slow-${number}`
	/** Prints to both standard streams. */
	| 'noise'
	/** C_Sign gives a wrong value. */
	| 'rubbish'
	/** C_Initialize refuses the system's locks. */
	| 'cant-lock'
	/** C_SignInit refuses a mechanism that the token lists. */
	| 'no-hashing'
	/** C_GetMechanismList and C_SignInit know these CKM_… alone, in hexadecimal with a plus between. */
	| `only-${string}`
	/** The PIN is typed on the reader. */
	| 'pad'
	| 'last-try'
	| 'locked'
	/** Any CKR_…, in hexadecimal. */
	| `0x${string}`;

export interface Fault {
	readonly function: FaultyFunction;
	/** The N-th call, counted over all processes; each where it is left out. */
	readonly at?: number;
	readonly kind: FaultKind;
}

export class FaultyModule implements Disposable {
	/** The library. */
	readonly path: string;
	readonly #folder: string;
	readonly #token: SoftToken;

	/** @throws {Error} when there is no C compiler. */
	constructor(token: SoftToken) {
		this.#token = token;
		this.#folder = mkdtempSync(join(tmpdir(), 'paraph-faulty-'));
		this.path = join(this.#folder, 'faulty.so');
		const source = fileURLToPath(new URL('./faultyModule/module.c', import.meta.url));
		execFileSync('cc', ['-shared', '-fPIC', '-O1', '-o', this.path, source, '-ldl'], { stdio: 'pipe' });
	}

	/** What its process must have in its environment to fail so. Counting begins anew. */
	environment(...faults: readonly Fault[]): Record<string, string> {
		return {
			...this.#token.environment,
			PKCS11_FAULT_MODULE: this.#token.modulePath,
			PKCS11_FAULT_PAD: this.#token.pin,
			PKCS11_FAULT: faults.map(({ function: name, at = 0, kind }) => `${name}:${at}:${kind}`).join(','),
			PKCS11_FAULT_COUNTS: mkdtempSync(join(this.#folder, 'counts-')),
		};
	}

	/** How often a function was called under this environment. */
	calls(environment: Readonly<Record<string, string>>, name: FaultyFunction): number {
		try {
			return Number(readFileSync(join(environment['PKCS11_FAULT_COUNTS'] ?? '', name), 'utf8'));
		} catch {
			return 0;
		}
	}

	uri(object?: string): string {
		return this.#token.uri(object).replace(this.#token.modulePath, this.path);
	}

	[Symbol.dispose](): void {
		rmSync(this.#folder, { recursive: true, force: true });
	}
}
