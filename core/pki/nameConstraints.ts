/** Name constraints of a path (RFC 5280 §4.2.1.10, §6.1.3 (b), (c), §6.1.4 (g)). */
import type { Certificate } from './certificate.ts';
import type { NameConstraints } from './certificateExtensions.ts';
import type { GeneralName } from './generalName.ts';

/** Comparisons in one certificate: what no honest authority needs must not keep the machine busy. */
const maximumComparisons = 250_000;

const emailAttribute = '1.2.840.113549.1.9.1';

/** What the authorities so far allow the certificates below them to be called. */
export class NameScope {
	/** Of each extension its permitted subtrees: a name must lie in one of each that speak of its kind. */
	readonly #permitted: (readonly GeneralName[])[] = [];
	readonly #excluded: GeneralName[] = [];

	narrow(constraints: NameConstraints): void {
		if (constraints.permitted.length > 0) this.#permitted.push(constraints.permitted);
		this.#excluded.push(...constraints.excluded);
	}

	/** Why the certificate's names are not allowed; undefined where they are. */
	fault(certificate: Certificate): string | undefined {
		if (this.#permitted.length === 0 && this.#excluded.length === 0) return undefined;
		const names = namesOf(certificate);
		const subtrees = this.#permitted.reduce((sum, set) => sum + set.length, this.#excluded.length);
		if (names.length * subtrees > maximumComparisons) return 'it has more names and constraints than can be compared';
		for (const name of names) {
			if (this.#excluded.some((base) => base.kind === name.kind && isWithin(name, base)))
				return `its name ${nameText(name)} is excluded by an authority above it`;
			for (const permitted of this.#permitted) {
				const sameKind = permitted.filter((base) => base.kind === name.kind);
				if (sameKind.length > 0 && !sameKind.some((base) => isWithin(name, base)))
					return `its name ${nameText(name)} is outside of what an authority above it may certify`;
			}
		}
		return undefined;
	}
}

function namesOf(certificate: Certificate): GeneralName[] {
	const names: GeneralName[] = [...certificate.subjectAltNames];
	if (!certificate.subject.isEmpty) names.push({ kind: 'directory', value: certificate.subject });
	// Old certificates carry the address in the subject; it counts where there is no other.
	if (!names.some((name) => name.kind === 'email'))
		for (const relative of certificate.subject.relativeNames)
			for (const { type, value } of relative) if (type === emailAttribute) names.push({ kind: 'email', value });
	return names;
}

const nameText = (name: GeneralName): string => {
	switch (name.kind) {
		case 'directory':
			return name.value.text;
		case 'ip':
		case 'other':
			return Buffer.from(name.value).toString('hex');
		default:
			return name.value;
	}
};

/** Both are of one kind. Kinds nobody here knows lie in every excluded subtree and in no permitted one. */
function isWithin(name: GeneralName, base: GeneralName): boolean {
	switch (name.kind) {
		case 'directory':
			return base.kind === 'directory' && name.value.isWithin(base.value);
		case 'dns':
			return base.kind === 'dns' && isDomainWithin(name.value, base.value);
		case 'email':
			return base.kind === 'email' && isMailboxWithin(name.value, base.value);
		case 'uri':
			return base.kind === 'uri' && isUriWithin(name.value, base.value);
		case 'ip':
			return base.kind === 'ip' && isAddressWithin(name.value, base.value);
		case 'other':
			return false;
	}
}

function isDomainWithin(name: string, base: string): boolean {
	const domain = name.toLowerCase().replace(/\.$/, '');
	const limit = base.toLowerCase();
	if (limit === '') return true;
	return domain === limit || domain.endsWith(limit.startsWith('.') ? limit : `.${limit}`);
}

/** A host as email and URI constraints mean it: exactly this one, or, with a period in front, any below. */
const isHostWithin = (host: string, base: string): boolean =>
	base === '' ||
	(base.startsWith('.') ? host.toLowerCase().endsWith(base.toLowerCase()) : host.toLowerCase() === base.toLowerCase());

function isMailboxWithin(name: string, base: string): boolean {
	const [, local, host] = /^(.*)@([^@]*)$/.exec(name) ?? [];
	if (local === undefined || host === undefined) return false;
	const [, baseLocal, baseHost] = /^(.*)@([^@]*)$/.exec(base) ?? [];
	if (baseHost === undefined) return isHostWithin(host, base);
	return local === baseLocal && host.toLowerCase() === baseHost.toLowerCase();
}

function isUriWithin(name: string, base: string): boolean {
	const host = /^[a-z][a-z0-9+.-]*:\/\/(?:[^@/?#]*@)?([^:/?#[\]]+)/i.exec(name)?.[1];
	return host !== undefined && !/^[\d.]+$/.test(host) && isHostWithin(host, base);
}

/** `base` is an address and a mask of the same length. */
const isAddressWithin = (address: Uint8Array, base: Uint8Array): boolean =>
	base.length === 2 * address.length &&
	address.every((octet, i) => {
		const mask = base[address.length + i] ?? 0;
		return (octet & mask) === ((base[i] ?? 0) & mask);
	});
