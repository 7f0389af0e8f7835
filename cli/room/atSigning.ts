/** What a room has to say when something is signed in it: how old what it knows is, and until when it must last. */
import type { Configuration } from '../../core/config/configuration.ts';
import { systemClock } from '../../core/ports/clock.ts';
import { rememberedRoom } from '../../core/room/places.ts';
import type { Room } from '../../core/room/room.ts';
import type { Io } from '../command.ts';
import type { Output } from '../output.ts';

export interface RoomAtSigning {
	/** With the room's trust material, where it is not too old. */
	readonly configuration: Configuration;
	/** When the documents are due outside. */
	readonly neededUntil: Date | undefined;
}

/** Nothing of it where the network may be used, or no room is on this machine. */
export function readRoom(
	files: readonly string[],
	configuration: Configuration,
	io: Io,
	output: Output,
): RoomAtSigning {
	const room = configuration.get('network.offline') ? rememberedRoom(io.env) : undefined;
	if (!room) return { configuration, neededUntil: undefined };
	return { configuration: withTrust(room, configuration, output), neededUntil: room.dueOf(files) };
}

function withTrust(room: Room, configuration: Configuration, output: Output): Configuration {
	const trust = room.trustState(systemClock.now());
	if (!trust) {
		output.hint('warning: this room has no validation data: nobody can say whether a certificate was revoked');
		return configuration;
	}
	const { date, ageInDays, until, expired } = trust;
	const age = `validation data of ${date.toISOString()}, ${ageInDays} day${ageInDays === 1 ? '' : 's'} old`;
	if (expired) {
		output.hint(`warning: ${age}: it was to be used until ${until.toISOString()} and is left alone`);
		return configuration;
	}
	output.hint(age);
	if (configuration.stated('trust').locked || configuration.stated('validationData').locked) return configuration;
	const { anchors, data } = room.trustFolders;
	return configuration
		.with('trust', [...configuration.get('trust'), anchors], 'the room')
		.with('validationData', [...configuration.get('validationData'), data], 'the room');
}
