import type { Io } from '../command.ts';
import { ExitCode } from '../command.ts';
export const help = `Usage: paraph sign FILE… --token URI`;
export async function run(_args: readonly string[], _io: Io): Promise<number> {
	return ExitCode.ok;
}
