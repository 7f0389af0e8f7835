/** What is missing before anybody can sign, in plain words, in the order in which a person would mend it. */
import { connect } from 'node:net';
import { isOccupied } from './tokenFacts.ts';
import type { ModuleListing } from './tokenList.ts';

export interface Diagnosis {
	readonly code:
		| 'no-driver'
		| 'no-card-service'
		| 'no-reader'
		| 'no-card'
		| 'unknown-card'
		| 'card-in-use'
		| 'no-certificate';
	readonly message: string;
	/** What to do. */
	readonly hint: string;
}

/**
 * @param cardService whether the system's service for card readers runs; undefined where it is part of the system.
 */
export function diagnose(modules: readonly ModuleListing[], cardService: boolean | undefined): readonly Diagnosis[] {
	if (modules.length === 0) return [noDriver];
	if (modules.some(({ error }) => error?.code === 'module-timeout') && cardService !== false) return [cardInUse];
	if (modules.every(({ error }) => error !== undefined)) return [];
	const slots = modules.flatMap((module) => module.slots);
	const usable = slots.filter((listing) => listing.state === 'present');
	if (usable.some(({ credentials }) => credentials.some(({ problems }) => problems.length === 0))) return [];
	if (usable.length > 0) return [noCertificate];
	const failed = slots.filter((listing) => listing.state === 'failed');
	if (failed.some(({ error }) => error.code === 'token-busy')) return [cardInUse];
	const unknown = failed.find(({ slot }) => !isOccupied(slot));
	if (unknown !== undefined) return [unknownCard(unknown.slot.description)];
	const readers = slots.filter(({ slot }) => slot.removable);
	if (readers.length > 0) return [noCard];
	return [cardService === false ? noCardService : noReader];
}

/**
 * On Linux, PC/SC is a service of its own, at a socket that answers when it runs or will be started when asked. One that
 * was killed leaves its socket lying.
 */
export function cardServiceRuns(environment: NodeJS.ProcessEnv): Promise<boolean | undefined> {
	if (process.platform !== 'linux') return Promise.resolve(undefined);
	const socket = connect(environment['PCSCLITE_CSOCK_NAME'] ?? '/run/pcscd/pcscd.comm');
	return new Promise<boolean>((resolve) => {
		socket.once('connect', () => resolve(true));
		socket.once('error', (error: NodeJS.ErrnoException) =>
			resolve(error.code !== 'ENOENT' && error.code !== 'ECONNREFUSED'),
		);
	}).finally(() => socket.destroy());
}

const noDriver: Diagnosis = {
	code: 'no-driver',
	message: 'No driver for cards or tokens was found on this machine.',
	hint: "Install the card's driver; OpenSC fits many cards.",
};
const noCardService: Diagnosis = {
	code: 'no-card-service',
	message: 'The service for card readers is not running, so no reader can be seen.',
	hint: "Install pcscd and start it: 'systemctl enable --now pcscd.socket'.",
};
const noReader: Diagnosis = {
	code: 'no-reader',
	message: 'No card reader or token is connected.',
	hint: 'Connect the reader or token.',
};
const noCard: Diagnosis = {
	code: 'no-card',
	message: 'No card is in the reader.',
	hint: 'Insert your card.',
};
const cardInUse: Diagnosis = {
	code: 'card-in-use',
	message: 'Another program is using the card.',
	hint: 'Close that program, or take the card out and put it back, then look again.',
};
const noCertificate: Diagnosis = {
	code: 'no-certificate',
	message: 'No certificate on the token can sign.',
	hint: 'The list says why for each; whoever issued the token can put another on it.',
};
const unknownCard = (reader: string): Diagnosis => ({
	code: 'unknown-card',
	message: `The card in '${reader}' is of a kind that no driver here knows.`,
	hint: "Install the driver of the card's maker, or put the card in the other way round.",
});
