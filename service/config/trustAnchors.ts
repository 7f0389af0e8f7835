import { ConfigError } from '../../core/config/configError.ts';
import { loadTrustAnchors } from '../../core/pki/validationData.ts';
import type { TrustAnchor } from '../../core/ports/trustSource.ts';
import { below, type ServiceConfig } from './configuration.ts';

/**
 * Anchors from files and folders. What a demo PKI vouches for is nobody in production.
 *
 * @throws {ConfigError} {CertificateError}
 */
export function trustAnchors(config: ServiceConfig, paths: readonly string[]): readonly TrustAnchor[] {
	const anchors = loadTrustAnchors(paths.map((path) => below(config, path)));
	const test = anchors.find((anchor) => anchor.test);
	if (test === undefined || config.profile !== 'production') return anchors;
	throw new ConfigError(
		'config-invalid',
		`${test.source} is an anchor for trying out; this service is for production.`,
		{
			hint: 'Set "profile": "test", or trust real authorities.',
			subject: test.source,
		},
	);
}
