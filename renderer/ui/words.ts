import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';

export interface Words {
	/** A day, as the locale writes it. @param iso ISO 8601. */
	date(iso: string): string;
	/** A moment in local time, to the minute. */
	moment(iso: string): string;
	/** A moment in UTC, to the second, for details. */
	utc(iso: string): string;
	year(iso: string): string;
	bytes(size: number): string;
	list(items: readonly string[]): string;
	/** How long something takes, roughly. @param milliseconds how long it is. */
	duration(milliseconds: number): string;
}

/** Dates, numbers and lists as the window's language writes them. */
export function useWords(): Words {
	const { i18n } = useTranslation();
	return useMemo(() => wordsIn(localeOf(i18n.language, navigator.languages)), [i18n.language]);
}

/** The language with the person's region, where the system names one: a day is written otherwise in London and Boston. */
const localeOf = (language: string, preferred: readonly string[]): string =>
	preferred.find((one) => one.toLowerCase().split('-')[0] === language) ?? language;

const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;

export function wordsIn(language: string): Words {
	const date = new Intl.DateTimeFormat(language, { dateStyle: 'medium' });
	const moment = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' });
	const utc = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'long', timeZone: 'UTC' });
	const year = new Intl.DateTimeFormat(language, { year: 'numeric' });
	const list = new Intl.ListFormat(language, { type: 'conjunction' });
	return {
		date: (iso) => date.format(new Date(iso)),
		moment: (iso) => moment.format(new Date(iso)),
		utc: (iso) => utc.format(new Date(iso)),
		year: (iso) => year.format(new Date(iso)),
		bytes(size) {
			const power = Math.min(Math.floor(Math.log10(Math.max(size, 1)) / 3), units.length - 1);
			const unit = units[power];
			return new Intl.NumberFormat(language, { style: 'unit', unit, maximumFractionDigits: power > 1 ? 1 : 0 }).format(
				size / 1000 ** power,
			);
		},
		list: (items) => list.format(items),
		duration(milliseconds) {
			const seconds = Math.max(1, Math.round(milliseconds / 1000));
			const [value, unit] =
				seconds < 90
					? [seconds < 10 ? seconds : Math.round(seconds / 5) * 5, 'second']
					: seconds < 5400
						? [Math.round(seconds / 60), 'minute']
						: [Math.round(seconds / 3600), 'hour'];
			return new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' }).format(value);
		},
	};
}
