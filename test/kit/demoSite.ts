/**
 * Everything that trying Paraph out takes, in one folder: a demo PKI on loopback and a soft token with signers, good ones
 * and such as must be refused. Started again on its folder it is the same PKI, at the same addresses.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DemoError } from './demoError.ts';
import { emailExtension } from './demoPki/certificate.ts';
import {
	type DemoPki,
	type DemoPkiOptions,
	type DemoPkiState,
	type Issued,
	type KeyKind,
	startDemoPki,
} from './demoPki.ts';
import { openSoftToken, type SoftToken, softToken } from './softToken.ts';

export interface DemoSigner {
	/** CKA_LABEL in the token. */
	readonly label: string;
	readonly subject: string;
	/** Subject serialNumber: by it a posting knows whose certificate it is. */
	readonly identifier?: string;
	/** rfc822Name in the subjectAltName. */
	readonly email?: string;
	readonly key: KeyKind;
	readonly state: 'valid' | 'expired' | 'revoked';
}

export interface DemoSiteOptions extends Pick<DemoPkiOptions, 'key' | 'name' | 'testAnchor'> {
	readonly directory: string;
	/** Kinds of further signers, each labelled by its kind. */
	readonly signers?: readonly KeyKind[];
}

/** What is written to `site.json`, readable by its owner alone. */
interface SiteState {
	readonly pki: DemoPkiState;
	readonly signers: readonly DemoSigner[];
}

const TOKEN_LABEL = 'Paraph demo';
const PIN = '123456';
const PUK = '87654321';

const standardSigners: readonly DemoSigner[] = [
	{
		...{ label: 'kari', subject: 'Kari Nordmann', identifier: 'PNONO-15038412345', email: 'kari@example.com' },
		...{ key: 'rsa-2048', state: 'valid' },
	},
	{
		...{ label: 'ola', subject: 'Ola Hansen', identifier: 'PNONO-03029512345', email: 'ola@example.com' },
		...{ key: 'p256', state: 'valid' },
	},
	{ label: 'kari-expired', subject: 'Kari Nordmann', key: 'rsa-2048', state: 'expired' },
	{ label: 'ola-revoked', subject: 'Ola Hansen', key: 'p256', state: 'revoked' },
];

export class DemoSite implements AsyncDisposable {
	readonly directory: string;
	readonly pki: DemoPki;
	readonly token: SoftToken;
	readonly signers: readonly DemoSigner[];
	/** Gives the token a new PIN. */
	readonly puk: string = PUK;

	constructor(parts: { directory: string; pki: DemoPki; token: SoftToken; signers: readonly DemoSigner[] }) {
		this.directory = parts.directory;
		this.pki = parts.pki;
		this.token = parts.token;
		this.signers = parts.signers;
	}

	/** Folder with the root alone, for `--trust`. */
	get trust(): string {
		return join(this.directory, 'trust');
	}

	/** For `--pin-file`. */
	get pinFile(): string {
		return join(this.directory, 'pin');
	}

	/** A configuration that uses all of this, for `--config` and `PARAPH_CONFIG`. */
	get config(): string {
		return join(this.directory, 'config.json');
	}

	async close(): Promise<void> {
		await this.pki.close();
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.close();
	}
}

/** @throws {DemoError} when SoftHSM is missing, or an address of the folder's earlier run is in use. */
export async function startDemoSite(options: DemoSiteOptions): Promise<DemoSite> {
	const { directory } = options;
	const stateFile = join(directory, 'site.json');
	mkdirSync(directory, { recursive: true, mode: 0o700 });
	return existsSync(stateFile) ? resumeSite(directory, stateFile) : makeSite(options, stateFile);
}

async function resumeSite(directory: string, stateFile: string): Promise<DemoSite> {
	const state: SiteState = JSON.parse(readFileSync(stateFile, 'utf8'));
	const pki = await startDemoPki({ state: state.pki }).catch((error: unknown) => {
		if (!isAddressInUse(error)) throw error;
		throw new DemoError('demo-running', `the addresses of the demo PKI in ${directory} are in use`, {
			hint: 'It is probably running already: use that one, or name another folder.',
			subject: directory,
			cause: error,
		});
	});
	const token = openSoftToken({ directory: tokenFolder(directory), label: TOKEN_LABEL, pin: PIN });
	return saved(new DemoSite({ directory, pki, token, signers: state.signers }), stateFile);
}

async function makeSite(options: DemoSiteOptions, stateFile: string): Promise<DemoSite> {
	const { directory, signers: further = [], ...pkiOptions } = options;
	const pki = await startDemoPki(pkiOptions);
	try {
		const signers = [
			...standardSigners,
			...further.map((kind): DemoSigner => ({ label: kind, subject: 'Kari Nordmann', key: kind, state: 'valid' })),
		];
		const entries = signers.map((signer) => ({ label: signer.label, issued: issue(pki, signer) }));
		const folder = tokenFolder(directory);
		mkdirSync(folder, { recursive: true });
		const token = await softToken({
			label: TOKEN_LABEL,
			pin: PIN,
			puk: PUK,
			entries,
			withChain: true,
			directory: folder,
		});
		const site = new DemoSite({ directory, pki, token, signers });
		mkdirSync(site.trust, { recursive: true });
		writeFileSync(join(site.trust, 'root.pem'), pki.anchorPem);
		writeFileSync(site.pinFile, `${PIN}\n`, { mode: 0o600 });
		return saved(site, stateFile);
	} catch (error) {
		await pki.close();
		throw error;
	}
}

/** Each run issues a TSA and responders of its own: their serial numbers have to be known to the next. */
function saved(site: DemoSite, stateFile: string): DemoSite {
	const config = {
		tsa: [site.pki.tsa.url],
		trust: [site.trust],
		modules: [site.token.modulePath],
		token: site.token.uri(site.signers[0]?.label),
		network: { allowLocal: true },
	};
	writeFileSync(site.config, `${JSON.stringify(config, undefined, '\t')}\n`);
	const state: SiteState = { pki: site.pki.state, signers: site.signers };
	writeFileSync(stateFile, JSON.stringify(state), { mode: 0o600 });
	return site;
}

function issue(pki: DemoPki, { subject, identifier, email, key, state }: DemoSigner): Issued {
	const options = {
		...{ commonName: subject, key },
		...(identifier !== undefined && { identifier }),
		...(email !== undefined && { extensions: [emailExtension(email)] }),
	};
	if (state === 'expired') return pki.issueExpired(options);
	const issued = pki.issue(options);
	if (state === 'revoked') pki.revoke(issued);
	return issued;
}

const tokenFolder = (directory: string): string => join(directory, 'token');
const isAddressInUse = (error: unknown): boolean =>
	error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
