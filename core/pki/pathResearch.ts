import type { ParaphError } from '../ports/errors.ts';
import type { AddressOrigin, Fetcher } from '../ports/fetcher.ts';
import type { Certificate } from './certificate.ts';
import { CertificatePool } from './certificatePool.ts';
import { IssuerSearch, withRoots } from './issuerSearch.ts';
import { buildPaths } from './pathBuilding.ts';
import { type CertificateRevocation, type CheckedPath, checkPath, needsNoRevocation } from './pathRevocation.ts';
import { type CertificatePath, type PathInputs, validatePath } from './pathValidation.ts';
import { MemoryProofCache, type ProofCache } from './proofCache.ts';
import { RevocationSearch } from './revocationSearch.ts';
import { joinValidationData, type ValidationData } from './validationData.ts';

export interface ResearchRequest extends PathInputs {
	/** What is at hand: from the file, the token, `--validation-data`. */
	readonly known: ValidationData;
	readonly anchors: CertificatePool;
	/** Whether a self-signed root that is no anchor ends the path too: for one's own certificate, when nobody is trusted yet. */
	readonly anyRoot?: boolean | undefined;
	/** Evidence must not be older; where nothing newer is to be had, older is taken and `olderThanAsked` says so. */
	readonly issuedAfter?: Date | undefined;
	/** Who wrote the addresses in these certificates. */
	readonly origin: AddressOrigin;
	readonly signal?: AbortSignal | undefined;
}

export interface Research {
	/** The best path that was found, with what is wrong with it; undefined where none reaches an anchor. */
	readonly checked: CheckedPath | undefined;
	readonly olderThanAsked: boolean;
	/** What the answer rests on and a file should carry: certificates of the path and of signers, responses, lists. */
	readonly evidence: ValidationData;
	/** What is at hand now, fetched or known. */
	readonly data: ValidationData;
	/** Why some of it could not be fetched. */
	readonly obstacles: readonly ParaphError[];
}

/**
 * Finds out what there is to know about a certificate: its path, completed by AIA, and the revocation status of each
 * certificate in it, from what is at hand, from the cache, and from the network, in this order. OCSP responders and
 * distribution points are asked only once the path reaches an anchor. One for a run or a batch.
 */
export class PathResearch {
	readonly #issuers: IssuerSearch;
	readonly #revocations: RevocationSearch;

	constructor(fetcher: Fetcher, cache: ProofCache = new MemoryProofCache()) {
		this.#issuers = new IssuerSearch(fetcher, cache);
		this.#revocations = new RevocationSearch(fetcher, cache);
	}

	/** Failures of the network are obstacles in the answer, never thrown. */
	async research(subject: Certificate, request: ResearchRequest): Promise<Research> {
		const pool = new CertificatePool(request.known.certificates);
		const certificate = pool.add(subject);
		const { anchors, time, known } = request;
		const obstacles = await this.#issuers.complete(certificate, pool, anchors, request);
		const ends = request.anyRoot === true ? withRoots(anchors, pool) : anchors;
		const path = bestPath([...buildPaths(certificate, pool, ends, time)], request);
		const local = { ...known, certificates: [...pool] };
		if (path === undefined)
			return { checked: undefined, olderThanAsked: false, evidence: nothing, data: local, obstacles };
		const data = await this.#findRevocations(path, local, request, obstacles);
		const checked = checkPath(path, { ...request, data });
		const relaxed =
			request.issuedAfter !== undefined && checked.faults.some(({ code }) => code === 'revocation-unknown')
				? checkPath(path, { ...request, issuedAfter: undefined, data })
				: checked;
		const olderThanAsked = relaxed.faults.length < checked.faults.length;
		const answer = olderThanAsked ? relaxed : checked;
		return { checked: answer, olderThanAsked, evidence: evidenceOf(answer), data, obstacles };
	}

	/** Asks about each certificate whose status is not known yet, and about the signers of the answers. */
	async #findRevocations(
		path: CertificatePath,
		local: ValidationData,
		request: ResearchRequest,
		obstacles: ParaphError[],
	): Promise<ValidationData> {
		const { revocations } = checkPath(path, { ...request, data: local });
		const open = revocations.filter(
			({ certificate, status }) => status.status === 'unknown' && !needsNoRevocation(certificate),
		);
		const found = await Promise.all(open.map((link) => this.#ask(link, local, request)));
		obstacles.push(...found.flatMap((item) => item.obstacles));
		const signers = found.flatMap(({ link, status }) =>
			'evidence' in status ? signersOf(link, status.evidence, local) : [],
		);
		const unique = [...new Map(signers.map((link) => [link.certificate.fingerprint, link])).values()];
		const ofSigners = await Promise.all(unique.map((link) => this.#ask(link, local, request)));
		obstacles.push(...ofSigners.flatMap((item) => item.obstacles));
		return joinValidationData([local, ...found, ...ofSigners].map(withResponders));
	}

	async #ask(link: Link, local: ValidationData, request: ResearchRequest) {
		const { certificates } = local;
		return { link, certificates: [], ...(await this.#revocations.find({ ...request, ...link, certificates })) };
	}
}

type Link = Pick<CertificateRevocation, 'certificate' | 'issuer'>;

const nothing: ValidationData = { certificates: [], crls: [], ocspResponses: [] };

/** The first that holds; otherwise the one with the fewest faults. */
function bestPath(paths: readonly CertificatePath[], inputs: PathInputs): CertificatePath | undefined {
	let best: CertificatePath | undefined;
	let fewest = Number.POSITIVE_INFINITY;
	for (const path of paths) {
		const count = validatePath(path, inputs).faults.length;
		if (count === 0) return path;
		if (count < fewest) [best, fewest] = [path, count];
	}
	return best;
}

type Evidence = CertificateRevocation['status'] & { readonly status: 'good' | 'revoked' };

/** Who signed answers and must be good himself: responders without `ocsp-nocheck`, CRL signers other than the issuer. */
function signersOf(link: Link, evidence: Evidence['evidence'], local: ValidationData): Link[] {
	const pool = new CertificatePool(local.certificates);
	return evidence.flatMap((item) => {
		if (item.kind === 'ocsp') return item.signerNeedsCheck ? [{ certificate: item.signer, issuer: link.issuer }] : [];
		if (item.signer.equals(link.issuer)) return [];
		const issuer = pool.issuersOf(item.signer).find((candidate) => item.signer.isSignedBy(candidate.publicKey));
		return issuer === undefined ? [] : [{ certificate: item.signer, issuer }];
	});
}

/** Responders send their own certificates along. */
const withResponders = (data: ValidationData): ValidationData => ({
	...data,
	certificates: [...data.certificates, ...data.ocspResponses.flatMap((response) => response.basic?.certificates ?? [])],
});

function evidenceOf({ path, revocations, signers }: CheckedPath): ValidationData {
	const certificates = new Set(path);
	const ocspResponses = new Set<ValidationData['ocspResponses'][number]>();
	const crls = new Set<ValidationData['crls'][number]>();
	for (const { status } of [...revocations, ...signers])
		for (const item of 'evidence' in status ? status.evidence : []) {
			certificates.add(item.signer);
			if (item.kind === 'ocsp') ocspResponses.add(item.response);
			else for (const crl of [item.crl, item.delta]) if (crl !== undefined) crls.add(crl);
		}
	return { certificates: [...certificates], ocspResponses: [...ocspResponses], crls: [...crls] };
}
