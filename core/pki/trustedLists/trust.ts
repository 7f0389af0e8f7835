/** Everybody whom the configuration trusts: certificates from files and folders, and the services of trusted lists. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { TrustAnchor } from '../../ports/trustSource.ts';
import { Certificate } from '../certificate.ts';
import { loadCertificates, loadTrustAnchors } from '../validationData.ts';
import type { RefusedList } from './trustedListStore.ts';
import type { TrustedLists } from './trustedLists.ts';

export interface TrustPlaces {
	/** PEM or DER files, trusted lists, and folders of both. */
	readonly trust: readonly string[];
	/** Files and folders with the certificates whose lists are taken. */
	readonly signers: readonly string[];
	/** Where trusted lists are kept; need not exist. */
	readonly folder: string;
}

export interface Trust {
	readonly anchors: readonly TrustAnchor[];
	/** Undefined where there are no lists: then none speaks against a certificate's own word either. */
	readonly lists: TrustedLists | undefined;
	/** Lists in the folder that cannot be used. */
	readonly refused: readonly RefusedList[];
}

/**
 * Loads them. A list may be signed by a certificate given beside it in `trust`, too: who trusts that outright trusts
 * what it says.
 *
 * @throws {CertificateError} `certificates-missing`, `certificates-unreadable`
 * @throws {TrustedListError} for a list among `trust`; one of the folder that cannot be used is in `refused`.
 */
export async function loadTrust({ trust, signers, folder }: TrustPlaces): Promise<Trust> {
	const lists = trust.flatMap(listsIn);
	const plain = loadTrustAnchors(trust.filter((path) => !lists.includes(path)));
	const kept = signers.length > 0 && isFolder(folder) ? listsIn(folder) : [];
	if (lists.length + kept.length === 0) return { anchors: plain, lists: undefined, refused: [] };
	const configured = signers.flatMap(loadCertificates);
	const beside = plain.map(({ certificate }) => Certificate.parse(certificate));
	// On demand: few need lists, and reading XML costs all others the time to load it.
	const { loadTrustedLists } = await import('./trustedListStore.ts');
	const { lists: together, refused } = loadTrustedLists([...kept, ...lists], [...configured, ...beside]);
	const named = refused.find(({ source }) => lists.includes(source));
	if (named !== undefined) throw named.error;
	return { anchors: [...plain, ...together.anchors()], lists: together, refused };
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

function listsIn(path: string): readonly string[] {
	if (!isFolder(path)) return isXml(path) ? [path] : [];
	return readdirSync(path)
		.filter((name) => /\.(?:xml|xtsl)$/i.test(name))
		.sort()
		.map((name) => join(path, name));
}

/** By its first character: neither PEM nor DER begins as XML does. */
function isXml(path: string): boolean {
	try {
		return /^(?:\xef\xbb\xbf)?\s*</.test(readFileSync(path, 'latin1').slice(0, 64));
	} catch {
		// Reading it as certificates tells what is wrong with it.
		return false;
	}
}
