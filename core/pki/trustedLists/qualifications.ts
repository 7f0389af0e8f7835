/** Qualifications (TS 119 612 §5.5.9.2): what a list says of the certificates that meet its criteria, over their own word. */
import type { Certificate } from '../certificate.ts';
import { CertificateError } from '../certificateError.ts';
import type { XmlElement } from './xml/xmlTree.ts';

const sieUri = 'http://uri.etsi.org/TrstSvc/SvcInfoExt/eSigDir-1999-93-EC-TrustedList/#';
const typesUri = 'http://uri.etsi.org/02231/v2/additionaltypes#';
const xadesUri = 'http://uri.etsi.org/01903/v1.3.2#';

/** Undefined: it cannot be said, for a criterion that is not known or a certificate that is damaged. */
type Answer = boolean | undefined;
type Criterion = (certificate: Certificate) => Answer;

export interface Qualification {
	/** Last parts of the URIs: `QCStatement`, `NotQualified`, `QCWithQSCD`, `QCForESig`, … */
	readonly qualifiers: readonly string[];
	appliesTo(certificate: Certificate): Answer;
}

/** The qualifications in one `Extension` of a service. */
export function readQualifications(extension: XmlElement): readonly Qualification[] {
	return extension.all(sieUri, 'Qualifications', 'QualificationElement').map((element) => {
		const list = element.first(sieUri, 'CriteriaList');
		const criterion: Criterion = list === undefined ? () => undefined : readCriteria(list);
		return {
			qualifiers: element
				.all(sieUri, 'Qualifiers', 'Qualifier')
				.map((qualifier) => qualifier.attribute('uri') ?? '')
				.map((uri) => uri.slice(uri.lastIndexOf('/') + 1)),
			appliesTo: (certificate) => carefully(criterion, certificate),
		};
	});
}

function carefully(criterion: Criterion, certificate: Certificate): Answer {
	try {
		return criterion(certificate);
	} catch (error) {
		if (error instanceof CertificateError) return undefined;
		throw error;
	}
}

function readCriteria(list: XmlElement): Criterion {
	const criteria = list.elements.filter(({ local }) => local !== 'Description').flatMap(readCriterion);
	switch (list.attribute('assert')) {
		case 'all':
			return (certificate) => all(criteria.map((criterion) => criterion(certificate)));
		case 'atLeastOne':
			return (certificate) => not(all(criteria.map((criterion) => not(criterion(certificate)))));
		case 'none':
			return (certificate) => all(criteria.map((criterion) => not(criterion(certificate))));
		default:
			return () => undefined;
	}
}

function readCriterion(element: XmlElement): readonly Criterion[] {
	switch (element.local) {
		case 'CriteriaList':
			return [readCriteria(element)];
		case 'KeyUsage':
			return element.all(sieUri, 'KeyUsageBit').map(readKeyUsageBit);
		case 'PolicySet': {
			const wanted = element.all(sieUri, 'PolicyIdentifier').flatMap(identifiersIn);
			return [(certificate) => includesAll(wanted, certificate.certificatePolicies?.map(({ oid }) => oid) ?? [])];
		}
		case 'otherCriteriaList':
			return element.elements.map(readOtherCriterion);
		default:
			return [() => undefined];
	}
}

/** §5.5.9.2.2.1: the bit must have the value stated; lists write `crlSign` where X.509 has cRLSign. */
function readKeyUsageBit(element: XmlElement): Criterion {
	const name = element.attribute('name')?.toLowerCase();
	const wanted = element.text === 'true' || element.text === '1';
	return (certificate) => [...(certificate.keyUsage ?? [])].some((usage) => usage.toLowerCase() === name) === wanted;
}

function readOtherCriterion(element: XmlElement): Criterion {
	if (element.uri !== typesUri) return () => undefined;
	switch (element.local) {
		case 'ExtendedKeyUsage': {
			const wanted = element.all(typesUri, 'KeyPurposeId').flatMap(identifiersIn);
			return (certificate) => includesAll(wanted, [...(certificate.extendedKeyUsage ?? [])]);
		}
		case 'CertSubjectDNAttribute': {
			const wanted = element.all(typesUri, 'AttributeOID').flatMap(identifiersIn);
			return ({ subject }) =>
				includesAll(
					wanted,
					subject.relativeNames.flat().map(({ type }) => type),
				);
		}
		default:
			return () => undefined;
	}
}

/** Object identifiers in dotted decimal, from `1.2.3` or `urn:oid:1.2.3`. */
const identifiersIn = (element: XmlElement): readonly string[] =>
	element.all(xadesUri, 'Identifier').map(({ text }) => text.replace(/^urn:oid:/i, ''));

const includesAll = (wanted: readonly string[], present: readonly string[]): Answer =>
	wanted.length === 0 ? undefined : wanted.every((oid) => present.includes(oid));

const not = (answer: Answer): Answer => (answer === undefined ? undefined : !answer);

const all = (answers: readonly Answer[]): Answer =>
	answers.includes(false) ? false : answers.includes(undefined) ? undefined : true;
