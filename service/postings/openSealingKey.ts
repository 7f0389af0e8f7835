/** The service's own key, from where the configuration says: an HSM or token, a PKCS#12 file, or one it makes for itself. */
import { createPrivateKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { ConfigError } from '../../core/config/configError.ts';
import { selfSignedCertificate } from '../../core/pki/selfSignedCertificate.ts';
import { assertNever } from '../../core/ports/errors.ts';
import type { Signer } from '../../core/ports/signer.ts';
import { openTokenSigner } from '../../native/openTokenSigner.ts';
import type { PinProvider } from '../../native/pin.ts';
import { openPkcs12Signer } from '../../native/pkcs12Signer.ts';
import { below, type ServiceConfig, secret } from '../config/configuration.ts';

/** Made where nothing is configured: enough to show that receipts are unchanged to whoever knows its certificate. */
const ownKeyFile = 'keys/sealing.pem';
const YEARS = 10;

/**
 * @returns whether it is the service's own making besides: then its certificate leads to no anchor.
 * @throws {TokenError} {ConfigError}
 */
export async function openSealingKey(
	config: ServiceConfig,
	env: NodeJS.ProcessEnv,
	now: Date,
): Promise<{ readonly signer: Signer; readonly isOwn: boolean }> {
	const { sealing } = config;
	if (sealing === undefined) return { signer: ownKey(below(config, ownKeyFile), now), isOwn: true };
	switch (sealing.kind) {
		case 'pkcs11':
			return { signer: await openTokenKey(config, sealing, env), isOwn: false };
		case 'pkcs12': {
			const pin = async () => secret(sealing.passwordEnv, env);
			return { signer: await openPkcs12Signer({ file: below(config, sealing.path), pin }), isOwn: false };
		}
		default:
			return assertNever(sealing);
	}
}

type TokenPlace = Extract<NonNullable<ServiceConfig['sealing']>, { readonly kind: 'pkcs11' }>;

function openTokenKey(
	config: ServiceConfig,
	{ uri, pinEnv, pinFile }: TokenPlace,
	environment: NodeJS.ProcessEnv,
): Promise<Signer> {
	const pin: PinProvider = async () => {
		if (pinEnv !== undefined) return secret(pinEnv, environment);
		if (pinFile !== undefined) return readFileSync(below(config, pinFile), 'utf8').trim();
		throw new ConfigError('config-invalid', 'sealing: the token wants a PIN', {
			hint: 'Set sealing.pinEnv or sealing.pinFile.',
		});
	};
	return openTokenSigner({
		uri,
		pin,
		environment,
		patience: 0,
		...(pinEnv === undefined ? {} : { withholdEnvironment: [pinEnv] }),
	});
}

function ownKey(file: string, now: Date): Signer {
	const certificateFile = file.replace(/\.pem$/, '.cer');
	if (!existsSync(file)) makeOwnKey(file, certificateFile, now);
	const key: KeyObject = createPrivateKey(readFileSync(file));
	return {
		certificate: readFileSync(certificateFile),
		chain: [],
		authentication: 'once',
		supports: ({ kind }) => kind === 'ecdsa',
		sign: async (message) => sign('sha256', message, key),
		close: async () => {},
	};
}

/** The certificate first: a key without one would be of no use, and is made only once. */
function makeOwnKey(file: string, certificateFile: string, now: Date): void {
	const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
	const notAfter = new Date(now);
	notAfter.setUTCFullYear(notAfter.getUTCFullYear() + YEARS);
	const certificate = selfSignedCertificate({
		key: privateKey,
		name: 'Paraph service',
		usage: 'digitalSignature',
		notBefore: now,
		notAfter,
	});
	mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
	writeFileSync(certificateFile, certificate);
	writeFileSync(file, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600, flag: 'wx' });
}
