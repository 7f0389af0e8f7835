/** Rooms whose keys a key in a token guards: it is asked for as long as one command takes. */
import { Configuration } from '../../core/config/configuration.ts';
import type { SecretCipher } from '../../core/ports/secretCipher.ts';
import { Room } from '../../core/room/room.ts';
import type { Io } from '../command.ts';
import { pinSource } from '../pinSource.ts';

interface PinArguments {
	readonly config: string | undefined;
	readonly 'pin-env': string | undefined;
	readonly 'pin-file': string | undefined;
}

/** Makes a room; `uri` names the token and, as `object`, the key, which is made where there is none. */
export const initGuarded = (folder: string, now: Date, uri: string, options: PinArguments, io: Io): Promise<Room> =>
	withCipher(uri, options, io, (cipher) => Room.initGuarded(folder, now, { cipher, uri }));

/** Nothing to do where the keys lie open in the room's folder. */
export async function unlock(room: Room, options: PinArguments, io: Io): Promise<void> {
	if (room.guardedBy === undefined) return;
	await withCipher(room.guardedBy, options, io, (cipher) => room.unlock(cipher));
}

async function withCipher<T>(
	uri: string,
	options: PinArguments,
	io: Io,
	work: (cipher: SecretCipher) => Promise<T>,
): Promise<T> {
	const { TokenCipher } = await import('../../native/tokenCipher.ts');
	const { modulesToSearch } = await import('../../native/driverOptions.ts');
	const configuration = Configuration.load({ env: io.env, named: options.config });
	const { locked } = configuration.stated('modules');
	const cipher = await TokenCipher.open({
		uri,
		pin: pinSource(options, io),
		environment: io.env,
		modules: modulesToSearch({ configured: configuration.get('modules'), locked, environment: io.env }),
		modulesOnly: locked,
		...(options['pin-env'] === undefined ? {} : { withholdEnvironment: [options['pin-env']] }),
	});
	try {
		return await work(cipher);
	} finally {
		await cipher.close();
	}
}
