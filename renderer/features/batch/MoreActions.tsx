import { Ellipsis } from 'lucide-react';
import { Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { IconButton } from '../../ui/Button.tsx';
import styles from '../../ui/Picker.module.css';

export interface MoreAction {
	readonly id: string;
	readonly title: string;
	readonly run: () => void;
}

/** What is done now and then. */
export function MoreActions({ actions }: { readonly actions: readonly MoreAction[] }) {
	const { t } = useTranslation();
	return (
		<MenuTrigger>
			<IconButton label={t('common.more')}>
				<Ellipsis size={20} strokeWidth={1.5} aria-hidden />
			</IconButton>
			<Popover className={styles.popover} placement="bottom end">
				<Menu className={styles.list} aria-label={t('common.more')}>
					{actions.map(({ id, title, run }) => (
						<MenuItem key={id} className={styles.item} onAction={run}>
							{title}
						</MenuItem>
					))}
				</Menu>
			</Popover>
		</MenuTrigger>
	);
}
