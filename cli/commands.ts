import type { Command } from './command.ts';

/** Every command with the line `paraph --help` shows for it; the module is loaded when the command is run. */
export const commands: Readonly<Record<string, { readonly summary: string; load(): Promise<Command> }>> = {
	sign: { summary: 'sign PDFs, or any file with --cades', load: () => import('./commands/sign.ts') },
	verify: { summary: 'say what the signatures of PDFs are worth', load: () => import('./commands/verify.ts') },
	extend: { summary: 'bring signed PDFs to a higher level', load: () => import('./commands/extend.ts') },
	prepare: { summary: 'prepare PDFs to be signed elsewhere', load: () => import('./commands/prepare.ts') },
	'sign-prepared': { summary: 'sign what was prepared', load: () => import('./commands/sign-prepared.ts') },
	embed: { summary: 'put a signature into what was prepared', load: () => import('./commands/embed.ts') },
	journal: { summary: 'say what became of each file of a batch', load: () => import('./commands/journal.ts') },
	room: { summary: 'sign where no network reaches', load: () => import('./commands/room.ts') },
	postings: {
		summary: 'send documents for signature, sign what others sent',
		load: () => import('./commands/postings.ts'),
	},
	fields: { summary: 'list or add form fields', load: () => import('./commands/fields.ts') },
	config: { summary: 'print the settings and who set them', load: () => import('./commands/config.ts') },
	timestamp: { summary: 'put a document timestamp on PDFs', load: () => import('./commands/timestamp.ts') },
	'demo-pki': {
		summary: 'a PKI and a token for trying out, on loopback',
		load: () => import('./commands/demo-pki.ts'),
	},
	tokens: { summary: 'list tokens, and which certificates can sign', load: () => import('./commands/tokens.ts') },
	serve: { summary: 'run the service that postings are sent through', load: () => import('./commands/serve.ts') },
	backup: { summary: 'back the service up', load: () => import('./commands/backup.ts') },
	restore: { summary: 'restore the service from a backup, and prove it', load: () => import('./commands/restore.ts') },
	events: { summary: 'verify the chain of events of a service', load: () => import('./commands/events.ts') },
	desk: { summary: 'open the window', load: () => import('./commands/desk.ts') },
};
