/**
 * Who may import whom: docs/architecture.md says why. Each line of `mayImport` is a room and the rooms it may reach
 * besides itself; whatever is not listed is refused.
 */
const core = {
	ports: [],
	threads: [],
	ciphers: [],
	net: ['ports'],
	config: ['ports'],
	pdf: ['ports', 'ciphers'],
	pki: ['ports'],
	cms: ['ports', 'pki'],
	tsp: ['ports', 'pki', 'cms'],
	pades: ['ports', 'pki', 'cms', 'tsp', 'pdf'],
	validation: ['ports', 'pki', 'cms', 'tsp', 'pdf', 'pades'],
	batch: ['ports', 'pades', 'validation', 'store'],
	room: ['ports', 'batch', 'pades', 'cms', 'pki', 'validation'],
	evidence: ['ports', 'tsp', 'cms', 'pki'],
	postings: ['ports', 'validation', 'evidence'],
	store: ['ports'],
	sync: ['ports', 'postings', 'evidence', 'store', 'net'],
};

const tests = '\\.test\\.tsx?$';
const outside = '^(main|preload|renderer|native|service|cli|build|test)/';

const coreRules = Object.entries(core).map(([room, mayImport]) => ({
	name: `core-${room}`,
	severity: 'error',
	comment: `core/${room} may import ${mayImport.join(', ') || 'no other room'}`,
	from: { path: `^core/${room}/`, pathNot: tests },
	to: { path: '^core/', pathNot: `^core/(${[room, ...mayImport].join('|')})/` },
}));

const only = (name, library, rooms) => ({
	name,
	severity: 'error',
	comment: `${library} is used under ${rooms.join(', ')} alone`,
	from: { pathNot: `^(${rooms.join('|')})|${tests}` },
	to: { path: `^(node_modules/)?${library}(/|$)` },
});

module.exports = {
	forbidden: [
		...coreRules,
		{
			name: 'core-knows-no-host',
			severity: 'error',
			from: { path: '^core/', pathNot: tests },
			to: { path: outside },
		},
		{
			name: 'native-knows-ports-pki-and-ciphers',
			severity: 'error',
			from: { path: '^native/', pathNot: tests },
			to: { path: '^(core|main|preload|renderer|service|cli|build|test)/', pathNot: '^core/(ports|pki|ciphers)/' },
		},
		{
			name: 'renderer-knows-the-contract',
			severity: 'error',
			from: { path: '^renderer/' },
			to: {
				path: '^(core|main|preload|native|service|cli|build|test)/',
				pathNot: '^preload/(contract|language)\\.ts$',
			},
		},
		{
			name: 'hosts-take-words-of-renderer',
			severity: 'error',
			comment: 'the menu speaks the words of the window; nothing else of it is for a host',
			from: { pathNot: '^(renderer|build|test)/' },
			to: { path: '^renderer/', pathNot: '^renderer/i18n/[a-z]+\\.json$' },
		},
		{
			name: 'contract-takes-types-of-core',
			severity: 'error',
			from: { path: '^preload/contract(\\.ts$|/)' },
			to: { path: '^(core|main|renderer|native|service|cli|build|test)/', dependencyTypesNot: ['type-only'] },
		},
		{
			name: 'preload-knows-the-contract',
			severity: 'error',
			from: { path: '^preload/', pathNot: tests },
			to: { path: '^(core|main|renderer|native|service|cli|build|test)/', dependencyTypesNot: ['type-only'] },
		},
		{
			name: 'main-is-no-library',
			severity: 'error',
			from: { pathNot: `^(main|cli|build|test)/|^forge\\.config\\.ts$|${tests}` },
			to: { path: '^main/' },
		},
		{
			name: 'cli-is-no-library',
			severity: 'error',
			from: { pathNot: `^(cli|build|test)/|${tests}` },
			to: { path: '^cli/' },
		},
		{
			name: 'service-knows-core-and-native',
			severity: 'error',
			from: { path: '^service/', pathNot: tests },
			to: { path: '^(main|preload|renderer|cli|build|test)/' },
		},
		{
			name: 'service-is-no-library',
			severity: 'error',
			comment: 'it is started by `paraph serve`, and asked over HTTP by everybody else',
			from: { pathNot: `^(service|cli|build|test)/|${tests}` },
			to: { path: '^service/' },
		},
		{
			name: 'kit-is-for-tests-and-demo',
			severity: 'error',
			comment: 'the demo PKI is part of the product by `paraph demo-pki` and `npm start` alone',
			from: { path: '^(main|preload|native|service)/', pathNot: tests },
			to: { path: '^test/' },
		},
		only('electron-in-main-and-preload', 'electron', ['main/', 'preload/', 'test/']),
		only('pkcs11js-in-native', 'pkcs11js', ['native/', 'test/bench/', 'test/kit/']),
		only('fastify-in-service', 'fastify', ['service/']),
		{
			name: 'no-cycles',
			severity: 'error',
			from: {},
			to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
		},
		{
			name: 'resolvable',
			severity: 'error',
			from: {},
			to: { couldNotResolve: true, pathNot: '\\?(url|raw|worker)$' },
		},
	],
	options: {
		parser: 'swc',
		tsPreCompilationDeps: true,
		doNotFollow: { path: 'node_modules' },
		exclude: { path: '^(node_modules|dist|out)/' },
		tsConfig: { fileName: 'tsconfig.json' },
		enhancedResolveOptions: {
			extensions: ['.ts', '.tsx', '.js', '.mjs', '.cjs', '.json', '.css'],
			conditionNames: ['import', 'require', 'node', 'default', 'types'],
			exportsFields: ['exports'],
		},
	},
};
