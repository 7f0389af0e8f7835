import { FileText, IdCard, Mailbox, Search, Settings } from 'lucide-react';
import { Button } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { shortcutOf } from './commands.ts';
import { type PlaceName, useDesk } from './desk.ts';
import styles from './Rail.module.css';

const places = [
	{ name: 'documents', Icon: FileText },
	{ name: 'inbox', Icon: Mailbox },
	{ name: 'tokens', Icon: IdCard },
	{ name: 'settings', Icon: Settings },
] as const satisfies readonly { readonly name: PlaceName; readonly Icon: typeof FileText }[];

/** The places of the window. */
export function Rail(props: {
	readonly place: PlaceName;
	readonly go: (place: PlaceName) => void;
	readonly openPalette: () => void;
}) {
	const { t } = useTranslation();
	const { info } = useDesk();
	return (
		<nav className={styles.rail} aria-label={t('rail.label')}>
			{places.map(({ name, Icon }) => (
				<Button
					key={name}
					className={styles.item}
					aria-current={props.place === name ? 'page' : undefined}
					onPress={() => props.go(name)}
				>
					<Icon size={22} strokeWidth={1.5} aria-hidden />
					{t(`rail.${name}`)}
				</Button>
			))}
			<div className={styles.space} />
			{info.testProfile && <p className={styles.test}>{t('test.word')}</p>}
			<Button className={styles.item} onPress={props.openPalette}>
				<Search size={20} strokeWidth={1.5} aria-hidden />
				<span>{shortcutOf('command-palette')}</span>
				<span className="visually-hidden">{t('command.command-palette')}</span>
			</Button>
		</nav>
	);
}
