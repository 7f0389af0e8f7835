/** Codes that call for the same words: what differs between them is for the details. */
const alike: Readonly<Record<string, readonly string[]>> = {
	'tsa-unavailable': [
		'tsa-offline',
		'tsa-unreachable',
		'tsa-timeout',
		'tsa-tls',
		'tsa-http-status',
		'tsa-busy',
		'tsa-not-a-timestamp',
		'tsa-truncated',
	],
	'tsa-refused': [
		'tsa-malformed',
		'tsa-rejected',
		'tsa-wrong-nonce',
		'tsa-wrong-imprint',
		'tsa-wrong-policy',
		'tsa-bad-certificate',
		'tsa-expired-certificate',
		'tsa-untrusted',
		'tsa-bad-signature',
	],
	network: ['offline', 'unreachable', 'timeout', 'tls', 'http-status', 'address-refused', 'redirect-refused'],
	'certificates-unreadable': ['certificate-malformed', 'certificates-missing', 'certificate-unreadable'],
	'module-missing': ['module-not-found'],
	'reading-given-up': ['reading-too-long', 'reading-too-large', 'reading-failed', 'too-large'],
	'file-unreadable': ['not-a-file', 'unreadable'],
	'login-refused': ['certificate-refused', 'challenge-signature', 'account-disabled'],
	'posting-missing': ['posting-unknown', 'posting-purged'],
	'draft-missing': ['draft-unknown'],
	'not-asked-now': [
		'nothing-asked',
		'not-active',
		'step-not-open',
		'signatory-finished',
		'not-permitted',
		'role-cannot',
		'delegation-not-allowed',
		'signatory-has-signed',
		'document-already-signed',
	],
	'not-ready-yet': ['bundle-not-ready', 'receipt-not-ready', 'nothing-to-acknowledge', 'not-ended'],
	'not-the-signatorys': ['certificate-not-the-signatorys', 'certificate-not-enrolled', 'field-not-the-signatorys'],
	'posting-times': ['deletion-too-late', 'deadline-passed', 'deadline-after-deletion'],
	'store-locked': ['keystore-unavailable', 'store-key-missing', 'database-key-wrong'],
	'store-unreadable': ['store-key-unreadable', 'database-unreadable', 'database-newer', 'database-busy'],
};

const named = new Map(Object.entries(alike).flatMap(([name, codes]) => codes.map((code) => [code, name])));

/** Under which name the texts speak of a failure with this code. */
export const troubleOf = (code: string): string => named.get(code) ?? code;
