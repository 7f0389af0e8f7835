import { ProgressBar } from 'react-aria-components';
import styles from './Progress.module.css';

/** How far something is. @param props.value from 0 to 1. */
export function Progress(props: { readonly label: string; readonly value: number }) {
	const percent = Math.round(props.value * 100);
	return (
		<ProgressBar aria-label={props.label} value={percent} className={styles.track}>
			<div className={styles.bar} style={{ width: `${percent}%` }} />
		</ProgressBar>
	);
}
