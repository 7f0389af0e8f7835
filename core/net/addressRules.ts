import { lookup as resolveName } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { NetworkError } from '../ports/fetcher.ts';

/** Addresses that are not out in the public internet (IANA special-purpose registries, RFC 6890). */
const special4 = new BlockList();
for (const [network, prefix] of [
	['0.0.0.0', 8],
	['10.0.0.0', 8],
	['100.64.0.0', 10],
	['127.0.0.0', 8],
	['169.254.0.0', 16],
	['172.16.0.0', 12],
	['192.0.0.0', 24],
	['192.0.2.0', 24],
	['192.168.0.0', 16],
	['198.18.0.0', 15],
	['198.51.100.0', 24],
	['203.0.113.0', 24],
	['224.0.0.0', 3],
] as const)
	special4.addSubnet(network, prefix, 'ipv4');
/** Apart from the others: a BlockList sees an IPv4 address as an IPv6 one as well. */
const special6 = new BlockList();
for (const [network, prefix] of [
	['::', 8],
	// NAT64, Teredo, documentation, 6to4: they lead to, or carry, IPv4 addresses that nobody here has looked at.
	['64:ff9b::', 32],
	['100::', 64],
	['2001::', 23],
	['2001:db8::', 32],
	['2002::', 16],
	['fc00::', 7],
	['fe80::', 9],
	['ff00::', 8],
] as const)
	special6.addSubnet(network, prefix, 'ipv6');

/** Whether an IP address lies in the public internet. */
export function isPublicAddress(address: string): boolean {
	const family = isIP(address);
	const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
	if (mapped !== undefined) return isPublicAddress(mapped);
	return family === 4 ? !special4.check(address) : family === 6 && !special6.check(address, 'ipv6');
}

/** The host of a URL without the brackets of IPv6. */
export const hostOf = (url: URL): string => url.hostname.replace(/^\[|\]$/g, '');

/**
 * Refuses what may never be asked, whoever wrote it: other schemes than http and https.
 *
 * @throws {NetworkError} `address-refused`
 */
export function checkedUrl(text: string, base?: URL): URL {
	const url = URL.parse(text, base?.href);
	if (url === null) throw refused(text, 'it is not a URL');
	if (url.protocol !== 'http:' && url.protocol !== 'https:') throw refused(text, 'only http and https are asked');
	return url;
}

/** @throws {NetworkError} `address-refused` for a host given as an address that is not public. */
export function checkLiteralHost(url: URL): void {
	const host = hostOf(url);
	if (isIP(host) !== 0 && !isPublicAddress(host)) throw refused(url.href, notPublic(host));
}

/**
 * Resolves a name for `net.connect`, and refuses it when any of its addresses is not public. Since the connection is made
 * to what this returns, a second answer of the name server cannot redirect it.
 */
export const lookupPublic: LookupFunction = (hostname, options, callback) => {
	resolveName(hostname, { ...options, all: true }, (error, addresses) => {
		if (error !== null) return callback(error, []);
		const local = addresses.find(({ address }) => !isPublicAddress(address));
		if (local !== undefined) return callback(refused(hostname, notPublic(local.address)), []);
		const [first] = addresses;
		if (options.all === true || first === undefined) return callback(null, addresses);
		callback(null, first.address, first.family);
	});
};

const notPublic = (address: string): string => `${address} is a private, link-local or loopback address`;

/** Why a stranger's address is not asked. */
export const refused = (address: string, why: string): NetworkError =>
	new NetworkError('address-refused', `${address} is not asked: ${why}`, {
		hint: 'The address comes from a document or certificate of someone else. Allow local addresses with network.allowLocal if it is yours.',
		subject: address,
	});
