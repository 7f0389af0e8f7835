/** Associated signature containers, ASiC-S and ASiC-E (EN 319 162-1, 319 162-2): files and their signatures in one ZIP. */
import { equalBytes } from '../../cms/equalBytes.ts';
import type { ByteSource } from '../../pdf/byteSource.ts';
import { BytesSource } from '../../pdf/byteSource.ts';
import { digest } from '../../pki/digest.ts';
import { digestOf } from '../../pki/trustedLists/xml/algorithms.ts';
import { base64, dsUri } from '../../pki/trustedLists/xml/xmlSignature.ts';
import type { ValidationData } from '../../pki/validationData.ts';
import { readDetached, wholeOf } from '../facts/detachedFacts.ts';
import type { DocumentFacts } from '../facts/documentFacts.ts';
import { Evidence } from '../facts/evidence.ts';
import type { EvidenceReader } from '../facts/evidenceReader.ts';
import { readDocumentTimestamp } from '../facts/readCms.ts';
import type { FormatFault, SignatureFacts, SignedObject } from '../facts/signatureFacts.ts';
import { standaloneFacts, withCounterSignatures } from '../facts/standaloneFacts.ts';
import { ContainerError } from './containerError.ts';
import { readXadesSignatures } from './xades.ts';
import { readXml } from './xml.ts';
import { xadesFacts } from './xmlFacts.ts';
import { readZip } from './zip.ts';

type Files = ReadonlyMap<string, Uint8Array>;

const asicUri = 'http://uri.etsi.org/02918/v1.2.1#';
const isMeta = (name: string): boolean => /^META-INF\//i.test(name);

/** @throws {ContainerError} where the container cannot be read; what is wrong with a signature is in its facts. */
export function collectContainerFacts(
	source: ByteSource,
	given: ValidationData,
	reader?: EvidenceReader | undefined,
): DocumentFacts {
	return new Container(readZip(source), given, reader).facts();
}

/** A manifest (EN 319 162-1, annex A.4): the file that is signed in place of those it lists. */
interface Manifest {
	readonly name: string;
	readonly bytes: Uint8Array;
	readonly signature: string;
	readonly listed: readonly string[];
	/** Whether all listed files are there and have the digests it gives. */
	readonly isTrue: boolean;
}

class Container {
	readonly #files: Files;
	readonly #evidence: Evidence;
	readonly #payload: readonly string[];
	readonly #manifests: readonly Manifest[];
	/** The next signature's: each has its own, so that what proves one does not prove another. */
	#place = 0;

	constructor(files: Files, given: ValidationData, reader: EvidenceReader | undefined) {
		this.#files = files;
		this.#evidence = new Evidence(reader);
		this.#evidence.add(given);
		this.#payload = [...files.keys()].filter((name) => name !== 'mimetype' && !isMeta(name));
		this.#manifests = [...files]
			.filter(([name]) => isMeta(name) && /manifest[^/]*\.xml$/i.test(name))
			.flatMap(([name, bytes]) => readManifest(name, bytes, files));
	}

	facts(): DocumentFacts {
		const signatures: SignatureFacts[] = [];
		for (const [name, bytes] of this.#files) {
			if (!isMeta(name)) continue;
			if (/signature[^/]*\.p7s$/i.test(name)) signatures.push(...this.#cades(name, bytes));
			else if (/timestamp[^/]*\.tst$/i.test(name)) signatures.push(this.#timestamp(name, bytes, this.#place++));
			else if (/signatures?[^/]*\.xml$/i.test(name)) signatures.push(...this.#xades(name, bytes));
		}
		return { signatures, evidence: this.#evidence, store: undefined };
	}

	#cades(name: string, bytes: Uint8Array): readonly SignatureFacts[] {
		const signed = this.#signedBy(name);
		const place = this.#place;
		const read = signed
			? readDetached(bytes, new BytesSource(signed.content), this.#evidence.known, place)
			: 'container-content-unclear';
		this.#place = (typeof read === 'string' ? undefined : read.places?.end) ?? place + 1;
		const carries = [place, this.#place] as const;
		return withCounterSignatures(
			this.#conclude(read, { name, place, format: 'cades', kind: 'signature', carries }, signed),
		);
	}

	#timestamp(name: string, bytes: Uint8Array, place: number): SignatureFacts {
		const signed = this.#signedBy(name);
		const read = signed
			? readDocumentTimestamp(bytes, wholeOf(new BytesSource(signed.content)), this.#evidence.known)
			: 'container-content-unclear';
		return this.#conclude(read, { name, place, format: 'cades', kind: 'document-timestamp' }, signed);
	}

	#conclude(
		read: SignedObject | FormatFault,
		about: { name: string; place: number } & Pick<SignatureFacts, 'format' | 'kind' | 'carries'>,
		signed: Signed | undefined,
	): SignatureFacts {
		if (typeof read === 'string') return standaloneFacts(read, about);
		this.#evidence.addObject(read, about.place);
		// A manifest that says something untrue of a file is as good as the file altered.
		const object = signed?.isTrue ? read : { ...read, facts: { ...read.facts, messageDigest: 'differs' as const } };
		return standaloneFacts(object, { ...about, unsignedFiles: this.#unsigned(signed?.covered ?? []) });
	}

	/** What a CMS object in META-INF is over: the manifest that names it, or the one file of an ASiC-S container. */
	#signedBy(name: string): Signed | undefined {
		const named = this.#manifests.filter((manifest) => manifest.signature === name);
		const [manifest] = named;
		if (manifest && named.length === 1)
			return { content: manifest.bytes, covered: manifest.listed, isTrue: manifest.isTrue };
		const [only, ...more] = this.#payload;
		const content = only === undefined ? undefined : this.#files.get(only);
		if (only === undefined || !content || more.length > 0 || named.length > 0) return undefined;
		return { content, covered: [only], isTrue: true };
	}

	#xades(name: string, bytes: Uint8Array): readonly SignatureFacts[] {
		try {
			const read = readXadesSignatures(readXml(bytes), (uri) => this.#fileOf(uri), this.#evidence.known, this.#place);
			this.#place = read.at(-1)?.carries[1] ?? this.#place;
			return read.flatMap((reading) =>
				xadesFacts(reading, this.#evidence, { name, unsignedFiles: this.#unsigned(reading.covered.map(nameOf)) }),
			);
		} catch (error) {
			if (!(error instanceof ContainerError)) throw error;
			return [standaloneFacts('xml-malformed', { name, place: this.#place++, format: 'xades' })];
		}
	}

	#fileOf = (uri: string): Uint8Array | undefined => this.#files.get(nameOf(uri));

	#unsigned(covered: readonly string[]): readonly string[] {
		return this.#payload.filter((name) => !covered.includes(name));
	}
}

interface Signed {
	readonly content: Uint8Array;
	readonly covered: readonly string[];
	readonly isTrue: boolean;
}

function readManifest(name: string, bytes: Uint8Array, files: Files): readonly Manifest[] {
	try {
		const { root } = readXml(bytes);
		if (root.local !== 'ASiCManifest' || root.uri !== asicUri) return [];
		const references = root.all(asicUri, 'DataObjectReference');
		const listed = references.map((reference) => nameOf(reference.attribute('URI') ?? ''));
		const isTrue = references.every((reference, index) => {
			const algorithm = digestOf(reference.first(dsUri, 'DigestMethod'));
			const content = files.get(listed[index] ?? '');
			if (!algorithm || !content) return false;
			return equalBytes(digest(algorithm, content), base64(reference.first(dsUri, 'DigestValue')));
		});
		const signature = nameOf(root.first(asicUri, 'SigReference')?.attribute('URI') ?? '');
		return [{ name, bytes, signature, listed, isTrue: isTrue && references.length > 0 }];
	} catch (error) {
		if (error instanceof ContainerError) return [];
		throw error;
	}
}

/** The file in the container that a URI names: relative to its root (§A.6), percent-encoded. */
function nameOf(uri: string): string {
	const path = uri.replace(/^\.?\//, '');
	try {
		return decodeURIComponent(path);
	} catch {
		return path;
	}
}
