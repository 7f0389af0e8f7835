/** Path validation (RFC 5280 §6.1), without revocation (`pathRevocation.ts`); the letters are those of the clauses. */
import type { Certificate } from './certificate.ts';
import { NameScope } from './nameConstraints.ts';
import { anyPolicy, extensionOids } from './objectIdentifiers.ts';
import { type PathFault, type PathFaultCode, withFaults } from './pathFault.ts';
import { PolicyGraph } from './policyGraph.ts';
import type { PublicKey } from './publicKey.ts';

/** From the certificate in question up to the anchor, which comes last; only the anchor where it is itself trusted. */
export type CertificatePath = readonly Certificate[];

/** Inputs of §6.1.1. */
export interface PathInputs {
	readonly time: Date;
	/** Policies the user accepts; without it all. */
	readonly initialPolicies?: ReadonlySet<string> | undefined;
	readonly initialExplicitPolicy?: boolean | undefined;
	readonly initialPolicyMappingInhibit?: boolean | undefined;
	readonly initialAnyPolicyInhibit?: boolean | undefined;
}

export interface PathValidation {
	/** Empty: the path holds. All that was found, not only the first. */
	readonly faults: readonly PathFault[];
	/** Under which policies it holds; contains anyPolicy where every one does. */
	readonly policies: ReadonlySet<string>;
}

/** Extensions that this code, revocation checking or whoever asks for a purpose takes into account. */
const recognised: ReadonlySet<string> = new Set([
	extensionOids.subjectKeyIdentifier,
	extensionOids.keyUsage,
	extensionOids.subjectAltName,
	extensionOids.issuerAltName,
	extensionOids.basicConstraints,
	extensionOids.nameConstraints,
	extensionOids.crlDistributionPoints,
	extensionOids.certificatePolicies,
	extensionOids.policyMappings,
	extensionOids.authorityKeyIdentifier,
	extensionOids.policyConstraints,
	extensionOids.extendedKeyUsage,
	extensionOids.freshestCrl,
	extensionOids.inhibitAnyPolicy,
	extensionOids.authorityInformationAccess,
	extensionOids.qcStatements,
	extensionOids.ocspNoCheck,
	extensionOids.validityAssuredShortTerm,
	extensionOids.noRevocationAvailable,
]);

/** Validates a path; the anchor is trusted for its name and key, whatever else its certificate says (§6.1.1 (d)). */
export function validatePath(path: CertificatePath, inputs: PathInputs): PathValidation {
	const anchor = path.at(-1);
	if (anchor === undefined) throw new RangeError('a path has at least its anchor');
	const walk = new Walk(anchor, path.length - 1, inputs);
	for (let i = path.length - 2; i >= 0; i--) {
		const certificate = path[i];
		if (certificate !== undefined) withFaults(certificate, walk.faults, () => walk.step(certificate, i === 0));
	}
	return { faults: walk.faults, policies: walk.policies };
}

/** The state variables of §6.1.2. */
class Walk {
	readonly faults: PathFault[] = [];
	readonly #inputs: PathInputs;
	readonly #scope = new NameScope();
	readonly #graph = new PolicyGraph();
	#issuer: Certificate;
	#key: PublicKey;
	#explicitPolicy: number;
	#inhibitAnyPolicy: number;
	#policyMapping: number;
	#maximumPathLength: number;

	constructor(anchor: Certificate, length: number, inputs: PathInputs) {
		this.#inputs = inputs;
		this.#issuer = anchor;
		this.#key = anchor.publicKey;
		this.#explicitPolicy = inputs.initialExplicitPolicy === true ? 0 : length + 1;
		this.#inhibitAnyPolicy = inputs.initialAnyPolicyInhibit === true ? 0 : length + 1;
		this.#policyMapping = inputs.initialPolicyMappingInhibit === true ? 0 : length + 1;
		this.#maximumPathLength = length;
	}

	get policies(): ReadonlySet<string> {
		return this.#graph.validFor(this.#inputs.initialPolicies ?? new Set([anyPolicy]));
	}

	step(certificate: Certificate, isLast: boolean): void {
		withFaults(certificate, this.faults, () => this.#process(certificate, isLast));
		withFaults(certificate, this.faults, () => (isLast ? this.#wrapUp(certificate) : this.#prepareNext(certificate)));
		this.#issuer = certificate;
		this.#key = certificate.publicKey.withParametersOf(this.#key);
	}

	/** §6.1.3 */
	#process(certificate: Certificate, isLast: boolean): void {
		const { time } = this.#inputs;
		withFaults(certificate, this.faults, () => {
			if (!certificate.isSignedBy(this.#key))
				this.#fault('signature-invalid', certificate, `its signature is not that of ${nameOf(this.#issuer)}`);
		});
		if (time < certificate.notBefore)
			this.#fault('not-yet-valid', certificate, `it is valid from ${certificate.notBefore.toISOString()} on`);
		if (time > certificate.notAfter)
			this.#fault('expired', certificate, `it was valid until ${certificate.notAfter.toISOString()}`);
		if (!certificate.issuer.matches(this.#issuer.subject))
			this.#fault('name-chaining', certificate, `it names ${certificate.issuer.text} as its issuer`);
		if (isLast || !certificate.isSelfIssued) {
			const outside = this.#scope.fault(certificate);
			if (outside !== undefined) this.#fault('name-constraints', certificate, outside);
		}
		const anyPolicyCounts = this.#inhibitAnyPolicy > 0 || (!isLast && certificate.isSelfIssued);
		this.#graph.descend(
			certificate.certificatePolicies?.map(({ oid }) => oid),
			anyPolicyCounts,
		);
		if (this.#explicitPolicy === 0 && this.#graph.isEmpty)
			this.#fault('policy', certificate, 'no policy holds for the path, and an authority demands one');
		for (const { oid, critical } of certificate.extensions.values())
			if (critical && !recognised.has(oid))
				this.#fault('critical-extension', certificate, `its critical extension ${oid} is not understood`);
	}

	/** §6.1.4 */
	#prepareNext(certificate: Certificate): void {
		const mappings = certificate.policyMappings;
		if (mappings.some((mapping) => mapping.issuerDomain === anyPolicy || mapping.subjectDomain === anyPolicy))
			this.#fault('policy', certificate, 'it maps from or to any policy');
		if (mappings.length > 0) this.#graph.map(mappings, this.#policyMapping > 0);
		if (certificate.nameConstraints !== undefined) this.#scope.narrow(certificate.nameConstraints);
		if (!certificate.isSelfIssued) {
			this.#explicitPolicy = Math.max(0, this.#explicitPolicy - 1);
			this.#policyMapping = Math.max(0, this.#policyMapping - 1);
			this.#inhibitAnyPolicy = Math.max(0, this.#inhibitAnyPolicy - 1);
		}
		const constraints = certificate.policyConstraints;
		this.#explicitPolicy = Math.min(this.#explicitPolicy, constraints?.requireExplicitPolicy ?? Infinity);
		this.#policyMapping = Math.min(this.#policyMapping, constraints?.inhibitPolicyMapping ?? Infinity);
		this.#inhibitAnyPolicy = Math.min(this.#inhibitAnyPolicy, certificate.inhibitAnyPolicy ?? Infinity);
		if (certificate.version < 3 || !certificate.isCa)
			this.#fault('not-an-authority', certificate, 'it is not certified to issue certificates');
		if (!certificate.isSelfIssued) {
			if (this.#maximumPathLength <= 0)
				this.#fault('path-too-long', certificate, 'an authority above it allows no further ones below itself');
			this.#maximumPathLength = Math.max(0, this.#maximumPathLength - 1);
		}
		const limit = certificate.basicConstraints?.pathLength;
		this.#maximumPathLength = Math.min(this.#maximumPathLength, limit ?? Infinity);
		if (certificate.keyUsage !== undefined && !certificate.keyUsage.has('keyCertSign'))
			this.#fault('key-usage', certificate, 'its key is not certified to sign certificates');
	}

	/** §6.1.5 */
	#wrapUp(certificate: Certificate): void {
		this.#explicitPolicy = Math.max(0, this.#explicitPolicy - 1);
		if (certificate.policyConstraints?.requireExplicitPolicy === 0) this.#explicitPolicy = 0;
		const told = this.faults.some(({ code }) => code === 'policy');
		if (this.#explicitPolicy === 0 && this.policies.size === 0 && !told)
			this.#fault('policy', certificate, 'none of the accepted policies holds for the path');
	}

	#fault(code: PathFaultCode, certificate: Certificate, what: string): void {
		this.faults.push({ code, certificate, explanation: `${nameOf(certificate)}: ${what}` });
	}
}

const nameOf = (certificate: Certificate): string => certificate.subject.displayName;
