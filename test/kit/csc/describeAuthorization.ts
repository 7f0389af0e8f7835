/** How `credentials/info` tells what the person will be asked (v1.0.4 §11.5, v2 §11.5). */

export interface Wanted {
	readonly mode?: 'implicit' | 'explicit' | 'oauth2code';
	readonly pin?: string;
	readonly otp?: string;
}

export function describeAuthorization(version: 1 | 2, { mode = 'explicit', pin, otp }: Wanted): object {
	if (version === 1) {
		return {
			authMode: mode,
			PIN: { presence: pin === undefined ? 'false' : 'true', format: 'N', label: 'PIN' },
			OTP: { presence: otp === undefined ? 'false' : 'true', type: 'online', format: 'N', label: 'Code by SMS' },
		};
	}
	if (mode !== 'explicit') return { auth: { mode } };
	const objects = [
		...(pin === undefined ? [] : [{ type: 'Password', id: 'PIN', format: 'N', label: 'PIN' }]),
		...(otp === undefined ? [] : [{ type: 'ChallengeResponse', id: 'OTP', format: 'N', label: 'Code by SMS' }]),
	];
	return { auth: { mode, expression: objects.map(({ id }) => id).join(' AND '), objects } };
}
