/** A process that was started and can be talked to; messages are cloned, in order. */
export interface ChildProcessChannel {
	post(message: object): void;
	onMessage(listener: (message: unknown) => void): void;
	/** Called once, however the process ended; `signal` where one killed it. */
	onExit(listener: (code: number | null, signal: string | null) => void): void;
	/** At once and without asking it: a driver may hang in a call. */
	kill(): void;
}

/**
 * Starts the process of a PKCS#11 module (`moduleProcess.ts`) with this environment and no other.
 *
 * Outside Electron: {@link forkLauncher}. Electron's main process hands in one made of `utilityProcess`.
 */
export type ProcessLauncher = (environment: Readonly<Record<string, string>>) => ChildProcessChannel;
