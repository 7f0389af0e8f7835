import type { Io } from './command.ts';

/** Asks on the terminal without showing what is typed. @returns undefined without a terminal, or when it is left. */
export function promptSecret(io: Io, question: string): Promise<string | undefined> {
	const { stdin, stderr } = io;
	if (!stdin.isTTY) return Promise.resolve(undefined);
	// First: what is typed as soon as the question is there is not shown either.
	stdin.setRawMode(true);
	stderr.write(question);
	stdin.resume();
	return new Promise((resolve) => {
		let typed = '';
		const end = (value: string | undefined): void => {
			stdin.off('data', listen);
			stdin.setRawMode(false);
			stdin.pause();
			stderr.write('\n');
			resolve(value);
		};
		const listen = (chunk: Buffer): void => {
			for (const character of chunk.toString('utf8')) {
				if (character === '\r' || character === '\n') {
					end(typed === '' ? undefined : typed);
					return;
				}
				if (character === '\u0003' || character === '\u0004') {
					end(undefined);
					return;
				}
				if (character === '\u007f' || character === '\b') typed = [...typed].slice(0, -1).join('');
				else if (character >= ' ') typed += character;
			}
		};
		stdin.on('data', listen);
	});
}
