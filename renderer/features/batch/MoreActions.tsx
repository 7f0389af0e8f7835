import { Ellipsis } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { ActionMenu, type MenuAction } from '../../ui/ActionMenu.tsx';
import { IconButton } from '../../ui/Button.tsx';

/** What is done now and then. */
export function MoreActions({ actions }: { readonly actions: readonly MenuAction[] }) {
	const { t } = useTranslation();
	return (
		<ActionMenu label={t('common.more')} actions={actions} placement="bottom end">
			<IconButton label={t('common.more')}>
				<Ellipsis size={20} strokeWidth={1.5} aria-hidden />
			</IconButton>
		</ActionMenu>
	);
}
