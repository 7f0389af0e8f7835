import { parseXml, type XmlDocument } from '../../pki/trustedLists/xml/xmlTree.ts';
import { ParaphError } from '../../ports/errors.ts';
import { ContainerError } from './containerError.ts';

/** XML as it may be signed: well-formed, without DTD, bounded. @throws {ContainerError} `xml-unreadable` */
export function readXml(bytes: Uint8Array): XmlDocument {
	try {
		return parseXml(bytes);
	} catch (cause) {
		if (cause instanceof ParaphError) throw new ContainerError('xml-unreadable', 'the XML cannot be read', { cause });
		throw cause;
	}
}
