import type { ReactNode } from 'react';
import styles from './Page.module.css';

/** A place that is read from top to bottom. */
export function Page(props: {
	readonly title: string;
	readonly words?: string;
	readonly action?: ReactNode;
	readonly children: ReactNode;
}) {
	return (
		<section className={styles.page} aria-label={props.title}>
			<header className={styles.head}>
				<h1 className={styles.title}>{props.title}</h1>
				{props.action}
				{props.words && <p className={styles.words}>{props.words}</p>}
			</header>
			{props.children}
		</section>
	);
}

export function PageSection(props: { readonly title: string; readonly children: ReactNode }) {
	return (
		<section className={styles.section} aria-label={props.title}>
			<h2 className={styles.sectionTitle}>{props.title}</h2>
			{props.children}
		</section>
	);
}
