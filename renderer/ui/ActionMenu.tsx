import type { ReactNode } from 'react';
import { Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components';
import styles from './Picker.module.css';

export interface MenuAction {
	readonly id: string;
	readonly title: string;
	readonly run: () => void;
}

/** A button that unfolds to a few things to do. */
export function ActionMenu(props: {
	readonly label: string;
	readonly actions: readonly MenuAction[];
	readonly placement: 'bottom start' | 'bottom end';
	/** The button. */
	readonly children: ReactNode;
}) {
	return (
		<MenuTrigger>
			{props.children}
			<Popover className={styles.popover} placement={props.placement}>
				<Menu className={styles.list} aria-label={props.label}>
					{props.actions.map(({ id, title, run }) => (
						<MenuItem key={id} className={styles.item} onAction={run}>
							{title}
						</MenuItem>
					))}
				</Menu>
			</Popover>
		</MenuTrigger>
	);
}
