/** The service's configuration: one JSON file. What is secret is named by an environment variable or a file, never written in it. */
import { readFileSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { z } from 'zod';
import { ConfigError } from '../../core/config/configError.ts';
import { assuranceLevel } from '../../core/postings/posting.ts';
import { tenantRole } from '../../core/postings/protocol/auth.ts';

const path = z.string().min(1);
/** Name of an environment variable. */
const variable = z.string().regex(/^[A-Za-z_]\w*$/);
const days = z.number().int().positive();

const tenantKey = z
	.discriminatedUnion('kind', [
		z.strictObject({ kind: z.literal('file'), path: path.describe('made where there is none') }),
		z.strictObject({ kind: z.literal('keystore'), name: z.string().min(1).describe('in the system’s keystore') }),
		z.strictObject({
			kind: z.literal('pkcs11'),
			uri: z.string().startsWith('pkcs11:').describe('of an AES key in a token or HSM (RFC 7512)'),
			pinEnv: variable.optional(),
			pinFile: path.optional(),
		}),
	])
	.describe('where the key is that wraps all others of the tenant');

const oidcIssuer = z.strictObject({
	issuer: z.url(),
	name: z.string().min(1).describe('for the page on which people choose'),
	clientId: z.string().min(1),
	clientSecretEnv: variable.optional().describe('without it the client is public, and PKCE alone protects the login'),
	scope: z.string().default('openid profile email'),
	levels: z.record(z.string(), assuranceLevel).default({}).describe('acr value → level of assurance'),
	defaultLevel: assuranceLevel.default(1).describe('for an acr that is not listed'),
	acrValues: z.array(z.string()).default([]).describe('asked for in this order'),
	identifierClaim: z
		.string()
		.optional()
		.describe('claim with the identifier of EN 319 412-1 that certificates of the person carry'),
	role: tenantRole.exclude(['administrator']).default('guest').describe('of people who were not known before'),
});
export type OidcIssuerSettings = z.infer<typeof oidcIssuer>;

const serviceConfig = z.strictObject({
	$schema: z.string().optional(),
	data: path.describe('folder for everything that is kept in files'),
	profile: z
		.enum(['production', 'pre-production', 'test'])
		.default('production')
		.describe('anything but production is shown on every page; test anchors are refused in production'),
	listen: z
		.strictObject({
			host: z.string().default('127.0.0.1'),
			port: z.number().int().min(0).max(65_535).default(8443),
			tls: z.strictObject({ certificate: path, key: path }).optional().describe('PEM files; read again on SIGHUP'),
			behindProxy: z
				.array(z.string())
				.default([])
				.describe('addresses (CIDR) of proxies that end TLS and say who asks in X-Forwarded-*'),
		})
		.prefault({}),
	publicUrl: z.url().optional().describe('how people reach the service; default: where it listens'),
	database: z
		.discriminatedUnion('kind', [
			z.strictObject({ kind: z.literal('sqlite') }),
			z.strictObject({
				kind: z.literal('postgres'),
				url: z.string().startsWith('postgres').optional(),
				urlEnv: variable.optional(),
				eventsUrl: z.string().startsWith('postgres').optional().describe('another server for the events'),
				connections: z.number().int().min(2).max(200).default(10),
			}),
		])
		.prefault({ kind: 'sqlite' }),
	blobs: z
		.discriminatedUnion('kind', [
			z.strictObject({ kind: z.literal('files') }),
			z.strictObject({
				kind: z.literal('s3'),
				endpoint: z.url().optional(),
				region: z.string().default('us-east-1'),
				bucket: z.string().min(1),
				prefix: z.string().default(''),
				accessKeyIdEnv: variable.optional(),
				secretAccessKeyEnv: variable.optional(),
			}),
		])
		.prefault({ kind: 'files' }),
	tenants: z
		.array(
			z.strictObject({
				name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/),
				hosts: z.array(z.string()).default([]).describe('host names under which this tenant is reached'),
				key: tenantKey.optional().describe('default: a file below data'),
			}),
		)
		.min(1)
		.default([{ name: 'main', hosts: [] }]),
	login: z
		.strictObject({
			card: z
				.strictObject({
					trust: z.array(path).min(1).describe('anchors of the cards’ certificates: files or folders'),
					level: assuranceLevel.default(4),
					levels: z.record(z.string(), assuranceLevel).default({}).describe('certificate policy → level'),
					emailsVerified: z.boolean().default(false).describe('whether these authorities check addresses'),
					role: tenantRole.exclude(['administrator']).default('guest'),
					allowLocal: z.boolean().default(false).describe('as network.allowLocal of the application'),
				})
				.optional(),
			oidc: z.array(oidcIssuer).default([]),
			mail: z.boolean().default(false).describe('level 1 by a code sent to the address'),
			sessionHours: z.number().int().min(1).max(24).default(8),
		})
		.prefault({}),
	administrators: z
		.array(z.string().min(3))
		.default([])
		.describe('addresses or identifiers of people who are administrators from their first login on'),
	mail: z
		.strictObject({
			url: z
				.string()
				.regex(/^smtps?:\/\//)
				.optional()
				.describe('smtp://host:587 (STARTTLS is demanded off loopback) or smtps://'),
			userEnv: variable.optional(),
			passwordEnv: variable.optional(),
			from: z.string().min(3),
		})
		.optional()
		.describe('without it letters wait in the outbox'),
	validation: z
		.strictObject({
			trust: z.array(path).default([]).describe('anchors of submitted signatures: files or folders'),
			allowLocal: z.boolean().default(false),
			offline: z.boolean().default(false),
		})
		.prefault({}),
	timestamps: z.array(z.url()).default([]).describe('authorities for the daily timestamp and for receipts, in order'),
	sealing: z
		.discriminatedUnion('kind', [
			z.strictObject({
				kind: z.literal('pkcs11'),
				uri: z.string().startsWith('pkcs11:'),
				pinEnv: variable.optional(),
				pinFile: path.optional(),
			}),
			z.strictObject({ kind: z.literal('pkcs12'), path, passwordEnv: variable }),
		])
		.optional()
		.describe('the service’s own key, for receipts and signature objects'),
	backup: z
		.strictObject({
			target: path.describe('a folder on another machine’s disk'),
			keyFile: path.describe('keep a copy of it elsewhere: without it no backup opens'),
			dataDays: days.default(365),
			keyDays: days.default(30).describe('a destroyed document key is gone from backups after this'),
		})
		.optional(),
	retention: z
		.strictObject({
			eventMonths: z.number().int().min(1).default(13),
			logDays: days.default(90),
			changeDays: days.default(30).describe('a device that was away longer takes a snapshot'),
			opResultDays: days.default(30),
		})
		.prefault({}),
	limits: z
		.strictObject({
			requestsPerMinute: z.number().int().positive().default(1200),
			loginsPerMinute: z.number().int().positive().default(30),
			uploadBytesPerPerson: z
				.number()
				.int()
				.positive()
				.default(8 * 1024 ** 3),
		})
		.prefault({}),
	metrics: z.strictObject({ tokenEnv: variable }).optional().describe('without it metrics are for loopback alone'),
});

export type ServiceConfig = z.infer<typeof serviceConfig>;

/** JSON Schema of the file, for editors: `paraph serve --schema`. */
export const configJsonSchema = (): object => z.toJSONSchema(serviceConfig, { io: 'input' });

/** What is in a file, before it is checked. @throws {ConfigError} */
export function readJson(file: string): Readonly<Record<string, unknown>> {
	let text: string;
	try {
		text = readFileSync(file, 'utf8');
	} catch (cause) {
		throw new ConfigError('config-unreadable', `${file} cannot be read`, {
			hint: 'Check that the file exists and that you may read it.',
			subject: file,
			cause,
		});
	}
	try {
		return z.record(z.string(), z.unknown()).parse(JSON.parse(text));
	} catch (cause) {
		throw invalid(file, 'it is no JSON object', cause);
	}
}

/** @throws {ConfigError} that names the first thing that is wrong. @param source for messages: the file, or `options`. */
export function parseServiceConfig(json: unknown, source: string): ServiceConfig {
	const parsed = serviceConfig.safeParse(json);
	if (!parsed.success) {
		const [issue] = parsed.error.issues;
		throw invalid(source, `${issue?.path.join('.') || 'the whole'}: ${issue?.message ?? 'not valid'}`);
	}
	const config = parsed.data;
	const { host, tls, behindProxy } = config.listen;
	if (!isLoopback(host) && tls === undefined && behindProxy.length === 0)
		throw invalid(
			source,
			`listen: plain HTTP is for loopback alone, ${host} is none`,
			undefined,
			'Set listen.tls, or listen.behindProxy where a proxy ends TLS.',
		);
	const hosts = config.tenants.flatMap((tenant) => tenant.hosts);
	if (new Set(hosts).size < hosts.length) throw invalid(source, 'tenants: two have the same host');
	return { ...config, data: resolve(config.data) };
}

/** A path of the configuration: below `data` where it is relative. */
export const below = ({ data }: Pick<ServiceConfig, 'data'>, file: string): string =>
	isAbsolute(file) ? file : join(data, file);

/** What an environment variable holds. @throws {ConfigError} where it is not set. */
export function secret(name: string, env: NodeJS.ProcessEnv): string {
	const value = env[name];
	if (value) return value;
	throw new ConfigError(
		'config-invalid',
		`The environment variable ${name}, which the configuration names, is not set.`,
		{
			hint: 'Set it for the service’s process.',
			subject: name,
		},
	);
}

export const isLoopback = (host: string): boolean => /^(127(\.\d{1,3}){3}|::1|\[::1\]|localhost)$/.test(host);

const invalid = (
	source: string,
	what: string,
	cause?: unknown,
	hint = 'See `paraph serve --schema` for what there is.',
): ConfigError => new ConfigError('config-invalid', `${source}: ${what}`, { hint, subject: source, cause });
