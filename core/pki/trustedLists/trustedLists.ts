/** Trusted lists taken together: whom they vouch for, and what they said of a service at a time. */
import type { TrustAnchor, TrustSource } from '../../ports/trustSource.ts';
import type { Certificate } from '../certificate.ts';
import { testAnchorExtension } from '../testAnchor.ts';
import type { ServiceType, StatusPeriod, TrustedList, TrustService } from './trustedList.ts';

/** A list with where it was read from, for people. */
export interface KeptList {
	readonly list: TrustedList;
	readonly source: string;
}

/** What a list said of a service at a time. */
export interface ServiceStatus {
	readonly service: TrustService;
	readonly period: StatusPeriod;
	readonly list: TrustedList;
}

export class TrustedLists implements TrustSource {
	readonly lists: readonly KeptList[];
	readonly #bySubject = new Map<string, { readonly service: TrustService; readonly list: TrustedList }[]>();

	constructor(lists: readonly KeptList[]) {
		this.lists = lists;
		for (const { list } of lists)
			for (const service of list.services)
				for (const key of new Set(service.certificates.map(identityOf))) {
					const known = this.#bySubject.get(key);
					if (known === undefined) this.#bySubject.set(key, [{ service, list }]);
					else known.push({ service, list });
				}
	}

	/**
	 * What the services that this certificate belongs to (by name and key, TS 119 612 §5.5.3) were at a time; empty where
	 * no list names it or its listing began later.
	 */
	statusAt(authority: Certificate, type: ServiceType, time: Date): readonly ServiceStatus[] {
		return (this.#bySubject.get(identityOf(authority)) ?? [])
			.filter(({ service }) => service.type === type)
			.flatMap(({ service, list }) => {
				const period = service.periods.find(({ from }) => from <= time);
				return period === undefined ? [] : [{ service, period, list }];
			});
	}

	/** Lists that ought to have been replaced by now (TS 119 612 §5.3.15); what they say may be out of date. */
	overdue(time: Date): readonly KeptList[] {
		return this.lists.filter(({ list }) => list.nextUpdate !== undefined && list.nextUpdate < time);
	}

	/** Certificates of services that are or were granted, each trusted for the time in which it was. */
	anchors(): readonly TrustAnchor[] {
		return this.lists.flatMap(({ list, source }) =>
			list.services.flatMap((service) => {
				const trusted = service.periods.filter(({ granted }) => granted);
				if (trusted.length === 0) return [];
				return service.certificates.map((certificate) => ({
					certificate: certificate.raw,
					// A list that was made for trying out vouches for nothing else.
					test: isTest(certificate) || isTest(list.signer),
					source: `${source} (${service.provider}: ${service.name})`,
					trusted,
				}));
			}),
		);
	}
}

const isTest = (certificate: Certificate): boolean => certificate.extensions.has(testAnchorExtension);

const identityOf = (certificate: Certificate): string =>
	`${certificate.subject.key} ${Buffer.from(certificate.spki).toString('base64')}`;
