/** Certificate policies of a path, by the graph of RFC 9618, which grows linearly where RFC 5280's tree explodes. */
import type { PolicyMapping } from './certificateExtensions.ts';
import { anyPolicy } from './objectIdentifiers.ts';

interface PolicyNode {
	readonly policy: string;
	expected: ReadonlySet<string>;
	readonly parents: readonly PolicyNode[];
}

/** The nodes of one certificate of the path, by policy; the level above is reached through their parents. */
type Level = ReadonlyMap<string, PolicyNode>;

export class PolicyGraph {
	#level: Level = new Map([[anyPolicy, { policy: anyPolicy, expected: new Set([anyPolicy]), parents: [] }]]);

	/** NULL in the standard's words: no policy holds for the path so far. */
	get isEmpty(): boolean {
		return this.#level.size === 0;
	}

	/**
	 * One certificate further (§6.1.3 (d), (e)).
	 *
	 * @param policies of its extension; undefined where it has none.
	 * @param anyPolicyCounts whether anyPolicy in it means anything.
	 */
	descend(policies: readonly string[] | undefined, anyPolicyCounts: boolean): void {
		if (policies === undefined || this.isEmpty) {
			this.#level = new Map();
			return;
		}
		const above = [...this.#level.values()];
		const byExpected = new Map<string, PolicyNode[]>();
		for (const node of above)
			for (const policy of node.expected) {
				const nodes = byExpected.get(policy);
				if (nodes === undefined) byExpected.set(policy, [node]);
				else nodes.push(node);
			}
		const any = this.#level.get(anyPolicy);
		const level = new Map<string, PolicyNode>();
		for (const policy of policies) {
			if (policy === anyPolicy) continue;
			const parents = byExpected.get(policy) ?? (any === undefined ? undefined : [any]);
			if (parents !== undefined) level.set(policy, { policy, expected: new Set([policy]), parents });
		}
		if (anyPolicyCounts && policies.includes(anyPolicy))
			for (const [policy, parents] of byExpected)
				if (!level.has(policy)) level.set(policy, { policy, expected: new Set([policy]), parents });
		this.#level = level;
	}

	/** What the authority calls its policies below itself (§6.1.4 (b)); `allowed` is policy_mapping > 0. */
	map(mappings: readonly PolicyMapping[], allowed: boolean): void {
		const level = new Map(this.#level);
		const targets = new Map<string, Set<string>>();
		for (const { issuerDomain, subjectDomain } of mappings)
			targets.set(issuerDomain, (targets.get(issuerDomain) ?? new Set()).add(subjectDomain));
		const any = level.get(anyPolicy);
		for (const [policy, expected] of targets) {
			const node = level.get(policy);
			if (!allowed) level.delete(policy);
			else if (node !== undefined) node.expected = expected;
			else if (any !== undefined) level.set(policy, { policy, expected, parents: any.parents });
		}
		this.#level = level;
	}

	/**
	 * The policies, as the anchor's domain calls them, under which the path holds for someone who accepts `wanted`
	 * (§6.1.5 (g)). Contains anyPolicy where every policy does.
	 */
	validFor(wanted: ReadonlySet<string>): ReadonlySet<string> {
		const policies = new Set<string>();
		const seen = new Set<PolicyNode>();
		const open = [...this.#level.values()];
		const isAny = this.#level.has(anyPolicy);
		for (let node = open.pop(); node !== undefined; node = open.pop()) {
			if (seen.has(node)) continue;
			seen.add(node);
			if (node.policy !== anyPolicy && node.parents.some((parent) => parent.policy === anyPolicy))
				policies.add(node.policy);
			open.push(...node.parents);
		}
		if (wanted.has(anyPolicy)) return isAny ? policies.add(anyPolicy) : policies;
		return new Set([...wanted].filter((policy) => isAny || policies.has(policy)));
	}
}
