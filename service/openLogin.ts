import { HttpFetcher } from '../core/net/httpFetcher.ts';
import { PathResearch } from '../core/pki/pathResearch.ts';
import { Authentication } from './auth/authentication.ts';
import { CardLogin } from './auth/cardLogin.ts';
import { Challenges } from './auth/challenges.ts';
import { Lockout } from './auth/lockout.ts';
import { OidcLogin } from './auth/oidcLogin.ts';
import { SecondFactor } from './auth/secondFactor.ts';
import { Sessions } from './auth/sessions.ts';
import { trustAnchors } from './config/trustAnchors.ts';
import type { ServiceParts } from './serviceParts.ts';

export interface Login {
	readonly authentication: Authentication;
	readonly secondFactor: SecondFactor;
}

/** The means by which people log in, as configured. @throws {ConfigError} {CertificateError} */
export function openLogin({ config, env, address, clock, database, recorder }: ServiceParts): Login {
	const sessions = new Sessions({ main: database.main, clock, hours: config.login.sessionHours });
	const lockout = new Lockout(database.main, clock);
	const challenges = new Challenges(database.main, clock);
	const { card, oidc, mail } = config.login;
	const authentication = new Authentication({
		database,
		recorder,
		sessions,
		lockout,
		challenges,
		mail,
		administrators: config.administrators,
		card:
			card &&
			new CardLogin({
				...card,
				challenges,
				clock,
				origin: () => address.url.origin,
				anchors: trustAnchors(config, card.trust),
				research: new PathResearch(new HttpFetcher({ allowLocal: card.allowLocal })),
			}),
		oidc: new OidcLogin({ issuers: oidc, challenges, callback: () => address.to('/login/oidc/callback'), env }),
	});
	return { authentication, secondFactor: new SecondFactor({ recorder, clock, sessions, lockout }) };
}
