import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import styles from './EmptyPlace.module.css';

/** A place with nothing in it: what it is for, and below it the first step. */
export function EmptyPlace(props: {
	readonly icon: LucideIcon;
	readonly title: string;
	readonly words: string;
	readonly children: ReactNode;
}) {
	const { icon: Icon } = props;
	return (
		<div className={styles.empty}>
			<Icon className={styles.icon} size={40} strokeWidth={1.25} aria-hidden />
			<h1 className={styles.title}>{props.title}</h1>
			<p className={styles.words}>{props.words}</p>
			{props.children}
		</div>
	);
}

/** The same beside something else: a half of a place in which nothing is shown. */
export function EmptySide(props: {
	readonly icon: LucideIcon;
	readonly title?: string;
	readonly words: string;
	readonly children?: ReactNode;
}) {
	const { icon: Icon, title } = props;
	return (
		<div className={styles.empty}>
			<Icon className={styles.icon} size={40} strokeWidth={1.25} aria-hidden />
			{title && <h2 className={styles.sideTitle}>{title}</h2>}
			<p className={styles.words}>{props.words}</p>
			{props.children}
		</div>
	);
}
