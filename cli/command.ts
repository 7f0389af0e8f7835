/** What a command is to the dispatcher: a module of `cli/commands` whose exports have this shape. */
export interface Command {
	/** The text of `paraph NAME --help`: usage, options, exit codes. */
	readonly help: string;
	/**
	 * @param args what follows the command's name.
	 * @returns the exit code. A thrown error is shaped by `main.ts`.
	 */
	run(args: readonly string[], io: Io): Promise<number>;
}

/** The process around a command; tests hand in their own. */
export interface Io {
	readonly stdin: NodeJS.ReadStream;
	readonly stdout: NodeJS.WriteStream;
	readonly stderr: NodeJS.WriteStream;
	readonly env: NodeJS.ProcessEnv;
	/** Aborted by the first SIGINT or SIGTERM: finish or undo what is in hand, then return {@link ExitCode.cancelled}. */
	readonly signal: AbortSignal;
}

/** Exit codes that mean the same for every command; `verify` has its own reading of 3. */
export const ExitCode = { ok: 0, failed: 1, usage: 2, token: 3, network: 4, cancelled: 130 } as const;
