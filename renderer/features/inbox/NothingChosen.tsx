import { MailOpen } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { EmptySide } from '../../ui/EmptyPlace.tsx';

/** No posting is looked at, since there is none yet. */
export function NothingChosen() {
	const { t } = useTranslation();
	return <EmptySide icon={MailOpen} words={t('inbox.nothingChosen')} />;
}
