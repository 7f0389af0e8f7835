import { OctagonAlert, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { More } from './More.tsx';
import styles from './TroubleCard.module.css';

export interface Trouble {
	/** What happened, in the active voice. */
	readonly title: string;
	/** To which file or token. */
	readonly subject?: string;
	/** What to do. */
	readonly remedy?: string;
	/** Facts for somebody who helps: `code` and details, behind “more”. */
	readonly details?: readonly string[];
}

/** Trouble is a card where the work is, not a toast that goes away. It takes the place of what could not be done. */
export function TroubleCard(props: {
	readonly trouble: Trouble;
	readonly tone?: 'caution' | 'invalid';
	readonly more: string;
	/** The buttons that do what the card advises. */
	readonly children?: ReactNode;
}) {
	const { title, subject, remedy, details = [] } = props.trouble;
	const tone = props.tone ?? 'invalid';
	const Icon = tone === 'invalid' ? OctagonAlert : TriangleAlert;
	return (
		<section role="alert" className={styles.trouble} data-tone={tone}>
			<Icon className={styles.icon} size={20} strokeWidth={1.5} aria-hidden />
			<h3 className={styles.title}>{title}</h3>
			{subject && <p className={styles.subject}>{subject}</p>}
			{remedy && <p className={styles.remedy}>{remedy}</p>}
			{props.children && <div className={styles.actions}>{props.children}</div>}
			{details.length > 0 && (
				<div className={styles.more}>
					<More label={props.more}>
						{details.map((line) => (
							<p key={line}>{line}</p>
						))}
					</More>
				</div>
			)}
		</section>
	);
}
