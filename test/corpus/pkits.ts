/**
 * NIST's path-validation suite (PKITS): `node test/corpus/pkits.ts FOLDER`, or `npm run corpus -- --pkits FOLDER`.
 *
 * The folder holds `pkits.json` (certificate, chain, lists, inputs and expected result of each case), `certs/` and `crls/`.
 * A case passes when the path is found valid or not as expected, and for the reason expected.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Certificate } from '../../core/pki/certificate.ts';
import { CertificatePool } from '../../core/pki/certificatePool.ts';
import { Crl } from '../../core/pki/crl.ts';
import { buildPaths } from '../../core/pki/pathBuilding.ts';
import type { PathFaultCode } from '../../core/pki/pathFault.ts';
import { type CheckedPath, checkPath } from '../../core/pki/pathRevocation.ts';

interface Case {
	readonly id: string;
	readonly name: string;
	readonly cert: string;
	readonly other_certs?: readonly string[];
	readonly crls?: readonly string[];
	readonly error?: { readonly class: string; readonly msg_regex: string };
	readonly params?: {
		readonly user_initial_policy_set?: readonly string[];
		readonly initial_explicit_policy?: boolean;
		readonly initial_policy_mapping_inhibit?: boolean;
		readonly initial_any_policy_inhibit?: boolean;
	};
}

/** What each class of the suite's errors is here; every other fault is one of the path itself. */
const revocationFaults = new Map<string, PathFaultCode>([
	['RevokedError', 'revoked'],
	['InsufficientRevinfoError', 'revocation-unknown'],
	['StaleRevinfoError', 'revocation-unknown'],
]);

/** Runs every case and prints those that do not come out as expected. @returns the exit code. */
export function runPkits(folder: string): number {
	const cases: readonly Case[] = JSON.parse(readFileSync(join(folder, 'pkits.json'), 'utf8'));
	const failures = cases.flatMap((item) => {
		const problem = run(folder, item);
		return problem === undefined ? [] : [`${item.id} ${item.name}: ${problem}`];
	});
	for (const failure of failures) console.log(failure);
	console.log(`${cases.length - failures.length} of ${cases.length} passed`);
	return failures.length === 0 ? 0 : 1;
}

function run(folder: string, item: Case): string | undefined {
	const certificate = (name: string) => Certificate.parse(readFileSync(join(folder, 'certs', name)));
	const crl = (name: string) => Crl.parse(readFileSync(join(folder, 'crls', name)));
	try {
		const anchors = new CertificatePool([certificate('TrustAnchorRootCertificate.crt')]);
		const certificates = (item.other_certs ?? []).map(certificate);
		const crls = ['TrustAnchorRootCRL.crl', ...(item.crls ?? [])].map(crl);
		return judge(item, certificate(item.cert), certificates, crls, anchors);
	} catch (error) {
		if (item.error !== undefined) return undefined;
		return error instanceof Error ? error.message : String(error);
	}
}

function judge(
	item: Case,
	certificate: Certificate,
	certificates: readonly Certificate[],
	crls: readonly Crl[],
	anchors: CertificatePool,
): string | undefined {
	const time = new Date();
	const { params = {} } = item;
	const checked: CheckedPath[] = [];
	for (const path of buildPaths(certificate, new CertificatePool(certificates), anchors, time)) {
		const result = checkPath(path, {
			time,
			data: { certificates, crls, ocspResponses: [] },
			initialPolicies: params.user_initial_policy_set && new Set(params.user_initial_policy_set),
			initialExplicitPolicy: params.initial_explicit_policy,
			initialPolicyMappingInhibit: params.initial_policy_mapping_inhibit,
			initialAnyPolicyInhibit: params.initial_any_policy_inhibit,
		});
		if (result.faults.length === 0) return item.error === undefined ? undefined : 'is valid, should not be';
		checked.push(result);
	}
	if (item.error === undefined) return `is not valid: ${explain(checked)}`;
	const expected = revocationFaults.get(item.error.class);
	const codes = checked.flatMap(({ faults }) => faults.map(({ code }) => code));
	const isRevocation = (code: PathFaultCode) => code === 'revoked' || code === 'revocation-unknown';
	const fits =
		expected === undefined ? codes.length === 0 || codes.some((code) => !isRevocation(code)) : codes.includes(expected);
	return fits ? undefined : `is invalid for another reason than ${item.error.class}: ${explain(checked)}`;
}

const explain = (checked: readonly CheckedPath[]): string =>
	checked.length === 0
		? 'no path'
		: checked.flatMap(({ faults }) => faults.map(({ code, explanation }) => `${code} (${explanation})`)).join(', ');

const [, script, folder] = process.argv;
if (script !== undefined && import.meta.url === pathToFileURL(script).href) {
	if (folder === undefined) console.error('usage: node test/corpus/pkits.ts FOLDER');
	process.exitCode = folder === undefined ? 2 : runPkits(folder);
}
