import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { Desk } from './desk.ts';
import { Room } from './room.ts';
import { RoomError } from './roomError.ts';

/** Where a user's programs keep what matters (`data`), and what only this machine knows (`state`). */
function userFolder(
	kind: 'data' | 'state',
	env: NodeJS.ProcessEnv,
	platform: NodeJS.Platform = process.platform,
): string {
	const home = env['HOME'] || homedir();
	if (platform === 'win32') return join(env['LOCALAPPDATA'] || join(home, 'AppData', 'Local'), 'Paraph', kind);
	if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'Paraph', kind);
	const [variable, place] = kind === 'data' ? ['XDG_DATA_HOME', 'share'] : ['XDG_STATE_HOME', 'state'];
	return join(env[variable] || join(home, '.local', place), 'paraph');
}

const remembered = (env: NodeJS.ProcessEnv): string => join(userFolder('data', env), 'room');

/** Makes this the room that later commands find by themselves. */
export function rememberRoom(room: Room, env: NodeJS.ProcessEnv): void {
	const path = remembered(env);
	mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
	writeFileSync(path, `${room.folder}\n`, { mode: 0o600 });
}

/** The room named, else the one remembered. @throws {RoomError} `room-missing` */
export function openRoom(named: string | undefined, env: NodeJS.ProcessEnv): Room {
	if (named !== undefined) return Room.open(named);
	const path = rememberedPath(env);
	if (path === undefined) throw new RoomError('room-missing', 'there is no room on this machine');
	return Room.open(path);
}

/** The room on this machine, if there is one. */
export function rememberedRoom(env: NodeJS.ProcessEnv): Room | undefined {
	const path = rememberedPath(env);
	return path !== undefined && existsSync(path) ? Room.open(path) : undefined;
}

function rememberedPath(env: NodeJS.ProcessEnv): string | undefined {
	try {
		return readFileSync(remembered(env), 'utf8').trimEnd();
	} catch {
		return undefined;
	}
}

/** This user's side of the correspondence with rooms. */
export const openDesk = (env: NodeJS.ProcessEnv, now: Date): Promise<Desk> =>
	Desk.open(join(userFolder('state', env), 'desk'), now);
