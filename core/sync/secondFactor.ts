/** The second factor of administrators: a code of their authenticator, once they have shown who they are. */
import { type NewAuthenticator, newAuthenticator } from '../postings/protocol/auth.ts';
import type { Connection } from './connection.ts';

/**
 * Completes a login.
 *
 * @param connection with the session of that login, which is good for nothing else until then.
 * @param code six digits, each good for one login.
 * @throws {NetworkError} {ServiceError} `totp-wrong`, `locked-out`, `totp-not-enrolled`, `login-needed`
 */
export async function giveCode(connection: Connection, code: string, signal?: AbortSignal): Promise<void> {
	await connection.ask({ method: 'POST', path: '/v1/auth/totp', json: { code }, signal });
}

/**
 * A secret for an authenticator, where the person has none; it counts once a code of it was given.
 *
 * @param connection as for {@link giveCode}.
 * @throws {NetworkError} {ServiceError} `totp-enrolled`, `login-needed`
 */
export const enrolAuthenticator = (connection: Connection, signal?: AbortSignal): Promise<NewAuthenticator> =>
	connection.read({ method: 'POST', path: '/v1/auth/totp/enrol', json: {}, signal }, newAuthenticator);
