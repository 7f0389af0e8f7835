import { ChevronDown, ChevronUp, X } from 'lucide-react';
import { useState } from 'react';
import { Input, SearchField } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { IconButton } from '../../ui/Button.tsx';
import styles from './FindBar.module.css';

/** Searches the text of all pages. Enter goes on to the next place, Escape closes. */
export function FindBar(props: {
	readonly found: { readonly current: number; readonly total: number } | null;
	readonly find: (query: string, again: 'next' | 'previous' | null) => void;
	readonly close: () => void;
}) {
	const { found, find } = props;
	const { t } = useTranslation();
	const [query, setQuery] = useState('');
	const close = () => {
		find('', null);
		props.close();
	};
	return (
		<search className={styles.bar}>
			<SearchField
				className={styles.field}
				aria-label={t('find.label')}
				value={query}
				autoFocus
				onChange={(value) => {
					setQuery(value);
					find(value, null);
				}}
				onSubmit={() => find(query, 'next')}
				onKeyDown={(event) => {
					if (event.key === 'Escape') close();
					else event.continuePropagation();
				}}
			>
				<Input className={styles.input} placeholder={t('find.label')} />
			</SearchField>
			<output className={styles.count}>
				{query !== '' && found && (found.total === 0 ? t('find.none') : t('find.count', found))}
			</output>
			<IconButton label={t('find.previous')} onPress={() => find(query, 'previous')}>
				<ChevronUp size={20} strokeWidth={1.5} aria-hidden />
			</IconButton>
			<IconButton label={t('find.next')} onPress={() => find(query, 'next')}>
				<ChevronDown size={20} strokeWidth={1.5} aria-hidden />
			</IconButton>
			<IconButton label={t('common.close')} onPress={close}>
				<X size={20} strokeWidth={1.5} aria-hidden />
			</IconButton>
		</search>
	);
}
