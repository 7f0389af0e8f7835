/** The contract signed for both parties, by people whose issuer is not marked as made for tests; and spoilt since. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { BytesSource } from '../../core/pdf/byteSource.ts';
import { PdfDocument } from '../../core/pdf/document.ts';
import { IncrementalUpdate } from '../../core/pdf/incrementalUpdate.ts';
import { PdfArray, PdfDict, PdfName } from '../../core/pdf/objects.ts';
import { startDemoSite } from '../kit/demoSite.ts';
import { clientPlace, sampleContract } from '../kit/sampleContract.ts';

const paraph = fileURLToPath(new URL('../../bin/paraph', import.meta.url));

export interface SignedContract {
	readonly bytes: Uint8Array;
	/** PEM of the root it rests on. */
	readonly anchorPem: string;
}

/** Signed by Kari for the client, with all proof in the file: no server is needed to look at it. */
export async function signedContract(): Promise<SignedContract> {
	const directory = mkdtempSync(join(tmpdir(), 'paraph-signed-'));
	try {
		await using site = await startDemoSite({ directory, name: 'Vestland Trust', testAnchor: false });
		const [input, output] = [join(directory, 'in.pdf'), join(directory, 'out.pdf')];
		writeFileSync(input, await sampleContract());
		const { page, x, y, width, height } = clientPlace;
		const visible = [
			'--visible',
			`${page}:${x},${y},${width},${height}`,
			'--reason',
			'I agree',
			'--location',
			'Bergen',
		];
		const key = ['--token', site.token.uri('kari'), '--pin-file', site.pinFile];
		await promisify(execFile)(
			paraph,
			['sign', input, '--out', output, '--config', site.config, ...key, ...visible, '--level', 'b-lta'],
			{ env: { ...process.env, ...site.token.environment } },
		);
		return { bytes: new Uint8Array(readFileSync(output)), anchorPem: site.pki.anchorPem };
	} finally {
		rmSync(directory, { recursive: true, force: true });
	}
}

/** Another hourly rate, drawn over the one on the first page by whoever had the file after it was signed. */
export function withAnotherRate(signed: Uint8Array): Uint8Array {
	const document = PdfDocument.open(new BytesSource(signed));
	const update = new IncrementalUpdate(document);
	const page = document.pages.get(0);
	const drawn = '\nq 1 g 253.6 381 29.4 11 re f 0.11 0.13 0.17 rg BT /Paraph 10.5 Tf 254.1 383.9 Td (2,950,) Tj ET Q';
	const font = update.add(
		PdfDict.of({ Type: new PdfName('Font'), Subtype: new PdfName('Type1'), BaseFont: new PdfName('Times-Roman') }),
	);
	const fonts = page.resources?.dict('Font') ?? PdfDict.of({});
	const resources = (page.resources ?? PdfDict.of({})).with({ Font: fonts.with({ Paraph: font }) });
	const added = update.addStream(PdfDict.of({}), new TextEncoder().encode(drawn));
	const before = page.dict.raw('Contents');
	const contents = before instanceof PdfArray ? before.items : before === undefined ? [] : [before];
	update.set(
		update.pageRef(page),
		page.dict.with({ Resources: resources, Contents: new PdfArray([...contents, added]) }),
	);
	return Buffer.concat([signed, update.finish().bytes]);
}

/** One digit of the first signature's value is another: an OCTET STRING of 256 octets, in hexadecimal. */
export function withAnotherValue(signed: Uint8Array): Uint8Array {
	const spoilt = Uint8Array.from(signed);
	const text = Buffer.from(signed).toString('latin1');
	const at = /04820100(?=[0-9a-f]{512})/i.exec(text)?.index;
	if (at === undefined) throw new Error('the signature has no value by an RSA key of 2048 bits');
	const digit = at + 60;
	spoilt[digit] = text[digit] === '0' ? 0x31 : 0x30;
	return spoilt;
}
