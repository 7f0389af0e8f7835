/** What a fault of a driver means to a person: one error, with one remedy, for each. */
import { TokenError, type TokenErrorCode } from '../../core/ports/tokenError.ts';
import { Cryptoki } from '../cryptoki.ts';
import type { Fault, ModuleCallKind } from './protocol.ts';

type Meaning = readonly [code: TokenErrorCode, what: string, hint: string];

const removed: Meaning = [
	'token-removed',
	'is not there any more',
	'Insert the card or token again, then repeat what is left.',
];
const busy: Meaning = [
	'token-busy',
	'is in use by another program',
	'Close the other program that uses the card, or wait until it is done, then try again.',
];
const takenOver: Meaning = ['token-busy', 'was logged out by another program', busy[2]];
const mechanism: Meaning = [
	'mechanism-missing',
	'does not make this kind of signature with this key',
	'Choose another digest, or RSA-PSS (--digest, --pss), or another key.',
];

const meanings: ReadonlyMap<number, Meaning> = new Map([
	[
		Cryptoki.pinIncorrect,
		[
			'pin-incorrect',
			'says that the PIN is wrong',
			'Check the PIN before you try again: few wrong ones lock the card.',
		],
	],
	[
		Cryptoki.pinInvalid,
		['pin-incorrect', 'says that the PIN has characters it does not take', 'Type the PIN as the card issuer gave it.'],
	],
	[
		Cryptoki.pinLenRange,
		['pin-length', 'says that the PIN is too short or too long', 'Type the PIN as the card issuer gave it.'],
	],
	[
		Cryptoki.pinExpired,
		['pin-expired', 'wants a new PIN before it signs', "Change the PIN, then sign: Tokens, 'Change PIN'."],
	],
	[
		Cryptoki.pinLocked,
		['pin-locked', 'is locked after too many wrong PINs', 'Unblock it with the PUK, or ask the card issuer.'],
	],
	[
		Cryptoki.userPinNotInitialized,
		['pin-expired', 'has no PIN yet', "Set the first PIN with the card issuer's program."],
	],
	[
		Cryptoki.functionCanceled,
		['pin-cancelled', 'was told on its reader not to go on', 'Try again, and confirm on the reader.'],
	],
	[Cryptoki.deviceRemoved, removed],
	[Cryptoki.tokenNotPresent, removed],
	[Cryptoki.slotIdInvalid, removed],
	[Cryptoki.sessionHandleInvalid, takenOver],
	[Cryptoki.sessionClosed, takenOver],
	[Cryptoki.userNotLoggedIn, takenOver],
	[Cryptoki.userAnotherAlreadyLoggedIn, busy],
	[Cryptoki.sessionCount, busy],
	[
		Cryptoki.tokenNotRecognized,
		['token-failed', 'is of a kind that this driver does not know', "Install the driver of the card's maker."],
	],
	[Cryptoki.mechanismInvalid, mechanism],
	[Cryptoki.mechanismParamInvalid, mechanism],
	[Cryptoki.functionNotSupported, mechanism],
	[Cryptoki.keyTypeInconsistent, mechanism],
	[
		Cryptoki.keyFunctionNotPermitted,
		['key-cannot-sign', 'does not let this key sign', 'Choose the key that is meant for signatures.'],
	],
]);

/** OpenSC says so of a card that another program has for itself; while signing it may mean anything. */
const held: Meaning = ['token-busy', 'cannot be asked: another program may be using it', busy[2]];
const isHeld = (code: number, call: ModuleCallKind): boolean =>
	code === Cryptoki.deviceError && (call === 'slots' || call === 'objects');

const doing: Readonly<Record<ModuleCallKind, string>> = {
	load: 'being loaded',
	slots: 'listing its tokens',
	presence: 'watching its readers',
	objects: 'listing its certificates',
	login: 'checking the PIN',
	sign: 'signing',
	changePin: 'changing the PIN',
	secretKey: 'looking for its key',
	aesGcm: 'encrypting',
	unblock: 'unblocking the PIN',
	close: 'being closed',
};

/**
 * @param subject the token's label or, where there is none yet, the module's path.
 */
export function tokenError(fault: Fault, call: ModuleCallKind, subject: string): TokenError {
	if (fault.kind === 'load')
		return new TokenError('module-broken', `The driver ${subject} cannot be loaded.`, {
			hint: "Reinstall the token's driver with everything it depends on.",
			subject,
			cause: new Error(fault.message),
		});
	if (fault.kind === 'internal')
		return new TokenError('token-failed', `The driver of '${subject}' failed while ${doing[call]}.`, {
			hint: 'Try again; if it stays, reinstall the driver.',
			subject,
			cause: new Error(fault.message),
		});
	const meaning = isHeld(fault.code, call) ? held : meanings.get(fault.code);
	const cause = new Error(`${fault.name} (0x${fault.code.toString(16)})`);
	if (meaning === undefined)
		return new TokenError('token-failed', `The token '${subject}' failed while ${doing[call]}: ${fault.name}.`, {
			hint: 'Take it out, put it back and try again; if it stays, ask who supplies its driver.',
			subject,
			cause,
		});
	const [code, what, hint] = meaning;
	return new TokenError(code, `The token '${subject}' ${what}.`, {
		hint,
		subject,
		cause,
		pinState: code === 'pin-locked' ? 'locked' : undefined,
	});
}

/** The process ended by itself while it had something to do. */
export function crashed(path: string, call: ModuleCallKind, code: number | null, signal: string | null): TokenError {
	const how = signal !== null ? `, ${signal}` : code !== null ? `, code ${code}` : '';
	return new TokenError('module-crashed', `The driver ${path} crashed while ${doing[call]}${how}.`, {
		hint: 'Nothing but this attempt is lost: try again. If it happens often, update the driver.',
		subject: path,
	});
}

/** It did not answer in time and was ended. */
export function timedOut(path: string, call: ModuleCallKind, milliseconds: number): TokenError {
	const seconds = Math.round(milliseconds / 1000);
	return new TokenError(
		'module-timeout',
		`The driver ${path} did not answer within ${seconds} s while ${doing[call]}.`,
		{
			hint: 'Another program may be using the card: close it, or take the card out and put it back, then try again.',
			subject: path,
		},
	);
}
