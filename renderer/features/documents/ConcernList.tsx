import { EyeOff } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useWords } from '../../ui/words.ts';
import styles from './ConcernList.module.css';
import type { ConcernLine } from './concerns.ts';

/** What is not on the screen as it is in the file, or can change what is seen: read before the PIN is typed. */
export function ConcernList({ concerns }: { readonly concerns: readonly ConcernLine[] }) {
	const { t } = useTranslation();
	const words = useWords();
	if (concerns.length === 0) return null;
	return (
		<section className={styles.concerns} aria-label={t('concerns.title')}>
			<h3 className={styles.title}>
				<EyeOff size={18} strokeWidth={1.5} aria-hidden />
				{t('concerns.title')}
			</h3>
			<ul className={styles.list}>
				{concerns.map(({ code, pages }) => (
					<li key={code}>
						{t(`concerns.${code}`)}{' '}
						{pages.length > 0 && (
							<span className={styles.pages}>
								{t('concerns.onPages', { count: pages.length, pages: words.list(pages.map(String)) })}
							</span>
						)}
					</li>
				))}
			</ul>
		</section>
	);
}
