import type { ReactElement } from 'react';
import { Tooltip, TooltipTrigger } from 'react-aria-components';
import styles from './Hint.module.css';

/** The words of an icon, shown after a moment on hover and at once on keyboard focus. */
export function Hint(props: { readonly text: string; readonly shortcut?: string; readonly children: ReactElement }) {
	return (
		<TooltipTrigger delay={500} closeDelay={0}>
			{props.children}
			<Tooltip className={styles.hint} offset={6}>
				{props.text}
				{props.shortcut && <span className={styles.shortcut}>{props.shortcut}</span>}
			</Tooltip>
		</TooltipTrigger>
	);
}
