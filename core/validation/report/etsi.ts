/** The verdict for machines: a validation report by ETSI TS 119 102-2 V1.4.1. */
import type { Certificate } from '../../pki/certificate.ts';
import { digest } from '../../pki/digest.ts';
import type { Conclusion, DocumentVerdict, SignatureVerdict } from '../verdict/verdict.ts';
import { escapeMarkup } from './html.ts';

const namespaces = [
	'xmlns="http://uri.etsi.org/19102/v1.4.1#"',
	'xmlns:ds="http://www.w3.org/2000/09/xmldsig#"',
	'xmlns:XAdES="http://uri.etsi.org/01903/v1.3.2#"',
].join(' ');

export function etsiReport(verdict: DocumentVerdict): string {
	const certificates = new Map<string, Certificate>();
	for (const { chain, timestamps } of verdict.signatures)
		for (const certificate of [...chain, ...timestamps.flatMap((timestamp) => timestamp.chain)])
			certificates.set(certificate.fingerprint, certificate);
	const reports =
		verdict.signatures.length > 0
			? verdict.signatures.map((signature, index) => signatureReport(signature, index, verdict))
			: [
					`<SignatureValidationReport>${status('urn:etsi:019102:mainindication:no-signature-found')}</SignatureValidationReport>`,
				];
	const objects = [
		...[...certificates.values()].map(certificateObject),
		...verdict.signatures.flatMap(timestampObjects),
	];
	return `<?xml version="1.0" encoding="UTF-8"?>
<ValidationReport ${namespaces}>
${reports.join('\n')}
${objects.length > 0 ? element('SignatureValidationObjects', ...objects) : ''}
</ValidationReport>
`;
}

function signatureReport(signature: SignatureVerdict, index: number, verdict: DocumentVerdict): string {
	return element(
		'SignatureValidationReport',
		identifier(signature, index),
		element('ValidationConstraintsEvaluationReport', policy(verdict)),
		element(
			'ValidationTimeInfo',
			element('ValidationTime', seconds(verdict.time)),
			element(
				'BestSignatureTime',
				element('POETime', seconds(signature.bestTime ?? verdict.time)),
				element('TypeOfProof', `urn:etsi:019102:poetype:${signature.bestTime ? 'validation' : 'provided'}`),
			),
		),
		attributes(signature),
		signer(signature),
		element(
			'SignatureValidationProcess',
			element('SignatureValidationProcessID', 'urn:etsi:019102:validationprocess:LTA'),
		),
		validationStatus(signature),
	);
}

function identifier({ facts }: SignatureVerdict, index: number): string {
	const { signer } = facts.object ?? {};
	const attributes = signer?.signedAttributesDer;
	return `<SignatureIdentifier id="S-${index + 1}">${
		attributes
			? element('DigestAlgAndValue', digestMethod, element('ds:DigestValue', base64(digest('sha256', attributes))))
			: ''
	}${signer ? element('ds:SignatureValue', base64(signer.signature)) : ''}${element('HashOnly', 'false')}${element('DocHashOnly', 'false')}</SignatureIdentifier>`;
}

const digestMethod = '<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>';

const policy = (verdict: DocumentVerdict): string =>
	element(
		'SignatureValidationPolicy',
		element('SignaturePolicyIdentifier', '<XAdES:SignaturePolicyImplied/>'),
		element('PolicyName', escapeMarkup(verdict.policy)),
	);

function attributes({ claimedTime, facts }: SignatureVerdict): string {
	const { subFilter, reason } = facts.dictionary;
	const parts = [
		claimedTime && element('SigningTime', element('Time', seconds(claimedTime))),
		subFilter !== undefined && element('SubFilter', element('SubFilterElement', escapeMarkup(subFilter))),
		reason !== undefined && element('Reason', element('ReasonElement', escapeMarkup(reason))),
	].filter((part): part is string => typeof part === 'string' && part !== '');
	return parts.length > 0 ? element('SignatureAttributes', ...parts) : '';
}

function signer({ signer: certificate }: SignatureVerdict): string {
	if (!certificate) return '';
	return element(
		'SignerInformation',
		reference('SignerCertificate', certificate),
		element('Signer', escapeMarkup(certificate.subject.displayName)),
	);
}

function validationStatus({ kind, chain, anchor, counterSignatureOf, ...conclusion }: SignatureVerdict): string {
	const countersigned = counterSignatureOf === undefined ? [] : [`S-${counterSignatureOf + 1}`];
	const data = countersigned.map((id) => reportData('urn:paraph:counter-signature-of', id));
	return statusOf(conclusion, kind === 'signature', chain, anchor !== undefined, data);
}

const reportData = (type: string, value: string): string =>
	element('ReportData', element('Type', type), element('Value', escapeMarkup(value)));

/**
 * @param isTotal of a signature as a whole; a timestamp is a part (clause 4.2.2).
 * @param about what more there is to say.
 */
function statusOf(
	{ indication, subIndication, errors }: Conclusion,
	isTotal: boolean,
	chain: readonly Certificate[],
	isAnchored: boolean,
	about: readonly string[] = [],
): string {
	const [leaf, ...others] = chain;
	const root = isAnchored ? others.at(-1) : undefined;
	const main = indication.toLowerCase();
	const path =
		leaf &&
		element(
			'CertificateChain',
			reference('SigningCertificate', leaf),
			...(root ? others.slice(0, -1) : others).map((certificate) => reference('IntermediateCertificate', certificate)),
			root ? reference('TrustAnchor', root) : '',
		);
	const findings = errors.map(({ code, message }) => reportData(`urn:paraph:finding:${code}`, message));
	const additional = [...about, ...findings];
	const data = [path ?? '', additional.length > 0 ? element('AdditionalValidationReportData', ...additional) : ''];
	return status(
		`urn:etsi:019102:mainindication:${isTotal ? main : main.replace('total-', '')}`,
		subIndication ? element('SubIndication', `urn:etsi:019102:subindication:${subIndication}`) : '',
		data.some((part) => part !== '') ? element('AssociatedValidationReportData', ...data) : '',
	);
}

const status = (mainIndication: string, ...rest: readonly string[]): string =>
	element('SignatureValidationStatus', element('MainIndication', mainIndication), ...rest);

const certificateObject = (certificate: Certificate): string =>
	`<ValidationObject id="${idOf(certificate)}">${element('ObjectType', 'urn:etsi:019102:validationObject:certificate')}${element(
		'ValidationObjectRepresentation',
		element('base64', base64(certificate.raw)),
	)}</ValidationObject>`;

/** Timestamps inside a signature: what each proves, and what is said of it. */
function timestampObjects({ facts, field, timestamps }: SignatureVerdict, index: number): readonly string[] {
	return (facts.object?.timestamps ?? []).flatMap(({ token }, number) => {
		const judged = timestamps[number];
		if (!judged) return [];
		const isHolding = judged.indication === 'TOTAL-PASSED';
		const report = statusOf(judged, false, judged.chain, isHolding && judged.chain.length > 1);
		const proof = element(
			'POEProvisioning',
			element('POETime', seconds(judged.time)),
			facts.format === 'pades' ? element('SignatureReference', element('PAdESFieldName', escapeMarkup(field))) : '',
		);
		return [
			`<ValidationObject id="T-${index + 1}-${number + 1}">${element(
				'ObjectType',
				'urn:etsi:019102:validationObject:timestamp',
			)}${element('ValidationObjectRepresentation', element('base64', base64(token.der)))}${
				isHolding ? proof : ''
			}${element('ValidationReport', report)}</ValidationObject>`,
		];
	});
}

const idOf = (certificate: Certificate): string => `C-${certificate.fingerprint}`;
const reference = (name: string, certificate: Certificate): string => `<${name} VOReference="${idOf(certificate)}"/>`;
const element = (name: string, ...content: readonly string[]): string => `<${name}>${content.join('')}</${name}>`;
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
const seconds = (time: Date): string => `${time.toISOString().slice(0, 19)}Z`;
