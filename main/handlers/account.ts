import type { Signer } from '../../core/ports/signer.ts';
import { ServiceError } from '../../core/sync/serviceError.ts';
import type { Account, IdentityId, JobId, LoginAnswer, SecondFactor } from '../../preload/contract.ts';
import type { Host } from '../host.ts';
import type { Signers } from '../keys/signers.ts';
import type { AccountDesk } from '../postings/accountDesk.ts';
import type { LocalPostings } from '../postings/localPostings.ts';
import type { Jobs } from '../signing/jobs.ts';
import type { FacadeHandlers } from './handlers.ts';

export interface AccountParts {
	readonly account: AccountDesk;
	readonly local: LocalPostings;
	readonly signers: Signers;
	readonly jobs: Jobs;
	readonly host: Host;
	readonly showInBrowser: (url: string) => void;
}

interface Card {
	readonly job: JobId;
	readonly identity: IdentityId;
	readonly pin?: string | undefined;
}

/** Which account this device belongs to. */
export function accountHandlers(parts: AccountParts): FacadeHandlers<'account'> {
	const { account, local, signers, jobs, host, showInBrowser } = parts;
	const withCard = <Result, Answer>(
		{ job, identity, pin }: Card,
		work: (signer: Signer, signal: AbortSignal) => Promise<Result>,
		after: (result: Result) => Promise<Answer>,
	) =>
		jobs.run(job, async (signal): Promise<Answer> => {
			host.tell('signingStage', { job, stage: 'token' });
			const signer = await signers.open(identity, { pin, signal });
			let result: Result;
			try {
				result = await work(signer, signal);
			} finally {
				await signer.close();
			}
			return after(result);
		});
	const now = async (): Promise<Account> => requireGiven(await account.get());
	const answered = async (wanted: SecondFactor | null): Promise<LoginAnswer> =>
		wanted ? { kind: 'second-factor', ...wanted } : { kind: 'logged-in', account: await now() };
	const certificates = () => account.certificates();
	return {
		get: () => account.get(),
		logIn: ({ service, ...card }) =>
			withCard(card, (signer, signal) => account.logIn(service, signer, signal), answered),
		async methods({ service }) {
			const { oidc, mail } = await account.methods(service);
			return { browser: oidc, mail };
		},
		logInByBrowser: ({ job, service, issuer }) =>
			jobs.run(job, async (signal): Promise<LoginAnswer> => {
				const show = (address: string, code: string) => {
					host.tell('browserWanted', { service: new URL(service).host, address, code });
					showInBrowser(address);
				};
				let wanted: SecondFactor | null;
				try {
					wanted = await account.logInByBrowser(service, { issuer, show, signal });
				} finally {
					host.tell('browserWanted', null);
				}
				return answered(wanted);
			}),
		sendCode: ({ service, ...to }) => account.sendCode(service, to),
		logInByCode: async ({ service, login, code }) => answered(await account.logInByCode(service, login, code)),
		enrolAuthenticator: ({ login }) => account.enrolAuthenticator(login),
		async giveCode({ login, code }) {
			await account.giveCode(login, code);
			return now();
		},
		enrol: (card) => withCard(card, (signer, signal) => account.enrol(signer, signal), certificates),
		certificates,
		async giveUpCertificate({ sha256 }) {
			await account.giveUpCertificate(sha256);
			return certificates();
		},
		async describe(description) {
			await account.describe(description);
			return now();
		},
		async logOut() {
			await account.logOut();
			host.tell('accountChanged', null);
			return null;
		},
		async connect() {
			(await local.open()).sync.nudge();
			return null;
		},
	};
}

function requireGiven(account: Account | null): Account {
	if (account) return account;
	throw new ServiceError('no-account', 'The account is gone again.', { hint: 'Log in once more.' });
}
