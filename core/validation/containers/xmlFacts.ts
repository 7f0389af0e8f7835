/** XAdES signatures in an XML file: enveloped, enveloping, or detached from one other file. */
import type { ByteSource } from '../../pdf/byteSource.ts';
import type { ValidationData } from '../../pki/validationData.ts';
import type { DocumentFacts } from '../facts/documentFacts.ts';
import { Evidence } from '../facts/evidence.ts';
import type { EvidenceReader } from '../facts/evidenceReader.ts';
import type { SignatureFacts } from '../facts/signatureFacts.ts';
import { standaloneFacts, withCounterSignatures } from '../facts/standaloneFacts.ts';
import { readXadesSignatures, type XadesReading } from './xades.ts';
import { readXml } from './xml.ts';

/**
 * @param content the file that references to anything outside are taken to mean.
 * @throws {ContainerError} `xml-unreadable`
 */
export function collectXmlFacts(
	source: ByteSource,
	content: ByteSource | undefined,
	given: ValidationData,
	reader?: EvidenceReader | undefined,
): DocumentFacts {
	const evidence = new Evidence(reader);
	evidence.add(given);
	const document = readXml(source.read(0, source.size));
	const readings = readXadesSignatures(document, () => content?.read(0, content.size), evidence.known, 0);
	const signatures = readings.flatMap((reading) => xadesFacts(reading, evidence, { name: '' }));
	return { signatures, evidence, store: undefined };
}

/** The facts about a signature and the counter-signatures in it; what it carries goes to the evidence. */
export function xadesFacts(
	{ object, xades, data, place, carries, counterSigned }: XadesReading,
	evidence: Evidence,
	about: { readonly name: string; readonly unsignedFiles?: readonly string[] },
): readonly SignatureFacts[] {
	for (const { data: own, place: offset } of data) evidence.add(own, offset);
	if (typeof object !== 'string') evidence.addObject(object, place);
	const unsignedFiles = typeof object === 'string' ? undefined : about.unsignedFiles;
	return withCounterSignatures(
		standaloneFacts(object, { name: about.name, unsignedFiles, place, format: 'xades', xades, carries, counterSigned }),
	);
}
