import type { Language, Role, SignatoryState } from '../../../core/postings/posting.ts';

/** Every word of the pages, in one language. */
export interface PageTexts {
	readonly language: string;
	readonly skip: string;
	readonly test: string;
	readonly loggedInAs: (name: string) => string;
	readonly logOut: string;
	readonly otherLanguages: string;
	readonly loginTitle: string;
	readonly loginWhy: string;
	readonly loginStronger: (level: string) => string;
	readonly loginWith: (issuer: string) => string;
	readonly loginByMail: string;
	readonly email: string;
	readonly sendCode: string;
	readonly codeTitle: string;
	readonly codeSent: (email: string) => string;
	readonly code: string;
	readonly logIn: string;
	readonly cardHint: string;
	readonly confirmTitle: string;
	readonly confirmWhy: (name: string) => string;
	readonly confirmCode: string;
	readonly confirm: string;
	readonly confirmed: string;
	readonly inboxTitle: string;
	readonly inboxEmpty: string;
	readonly from: string;
	readonly until: string;
	readonly deletedOn: string;
	readonly state: string;
	readonly yourPart: string;
	readonly task: Readonly<Record<Role, string>>;
	readonly states: Readonly<Record<SignatoryState, string>>;
	readonly postingStates: Readonly<
		Record<'draft' | 'active' | 'completed' | 'declined' | 'cancelled' | 'expired', string>
	>;
	readonly documents: string;
	readonly download: string;
	readonly receipt: string;
	readonly receiptHint: string;
	readonly bundle: string;
	readonly signHint: string;
	readonly approve: string;
	readonly approveHint: string;
	readonly decline: string;
	readonly declineReason: string;
	readonly declineHint: string;
	readonly people: string;
	readonly nothingHere: string;
	readonly nothingHereHint: string;
	readonly wentWrong: string;
	readonly back: string;
	readonly date: (instant: string) => string;
	readonly size: (bytes: number) => string;
}

export const dateIn = (language: Language): ((instant: string) => string) => {
	const format = new Intl.DateTimeFormat(language, { dateStyle: 'long', timeZone: 'UTC' });
	return (instant) => format.format(new Date(instant));
};

export const sizeIn = (language: Language): ((bytes: number) => string) => {
	const kilobytes = new Intl.NumberFormat(language, { style: 'unit', unit: 'kilobyte', maximumFractionDigits: 0 });
	const megabytes = new Intl.NumberFormat(language, { style: 'unit', unit: 'megabyte', maximumFractionDigits: 1 });
	return (bytes) =>
		bytes < 1_000_000 ? kilobytes.format(Math.ceil(bytes / 1000)) : megabytes.format(bytes / 1_000_000);
};
