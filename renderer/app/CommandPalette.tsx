import type { RefObject } from 'react';
import {
	Autocomplete,
	Dialog,
	Input,
	Menu,
	MenuItem,
	Modal,
	ModalOverlay,
	SearchField,
	useFilter,
} from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import styles from './CommandPalette.module.css';
import { type CommandTable, commands, shortcutOf } from './commands.ts';

/** Every action that is possible now, found by typing. */
export function CommandPalette(props: {
	readonly isOpen: boolean;
	readonly close: () => void;
	readonly table: RefObject<CommandTable>;
}) {
	return (
		<ModalOverlay
			isOpen={props.isOpen}
			onOpenChange={(open) => !open && props.close()}
			isDismissable
			className={styles.scrim}
		>
			<Modal className={styles.modal}>
				<Choices {...props} />
			</Modal>
		</ModalOverlay>
	);
}

function Choices(props: { readonly close: () => void; readonly table: RefObject<CommandTable> }) {
	const { t } = useTranslation();
	const { contains } = useFilter({ sensitivity: 'base' });
	const possible = commands.filter(({ command }) => props.table.current[command] && command !== 'command-palette');
	return (
		<Dialog className={styles.dialog} aria-label={t('command.command-palette')}>
			<Autocomplete filter={contains}>
				<SearchField aria-label={t('command.search')} autoFocus>
					<Input className={styles.input} placeholder={t('command.search')} />
				</SearchField>
				<Menu
					className={styles.list}
					aria-label={t('command.command-palette')}
					renderEmptyState={() => <p className={styles.nothing}>{t('command.nothing')}</p>}
				>
					{possible.map(({ command }) => (
						<MenuItem
							key={command}
							className={styles.item}
							textValue={t(`command.${command}`)}
							onAction={() => {
								props.close();
								props.table.current[command]?.();
							}}
						>
							{t(`command.${command}`)}
							<kbd className={styles.key}>{shortcutOf(command)}</kbd>
						</MenuItem>
					))}
				</Menu>
			</Autocomplete>
		</Dialog>
	);
}
