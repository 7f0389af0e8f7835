import { ChevronRight } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button, Disclosure, DisclosurePanel } from 'react-aria-components';
import styles from './More.module.css';

/** Something that most people need not read, one press away. */
export function More(props: { readonly label: string; readonly open?: boolean; readonly children: ReactNode }) {
	return (
		<Disclosure defaultExpanded={props.open ?? false}>
			<Button slot="trigger" className={styles.summary}>
				<ChevronRight className={styles.chevron} size={16} strokeWidth={1.5} aria-hidden />
				{props.label}
			</Button>
			<DisclosurePanel>
				<div className={styles.content}>{props.children}</div>
			</DisclosurePanel>
		</Disclosure>
	);
}
