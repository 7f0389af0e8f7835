import { ChevronRight } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button, Disclosure, DisclosurePanel, Heading } from 'react-aria-components';
import styles from './More.module.css';

/** Something that most people need not read, one press away. */
export function More(props: { readonly label: string; readonly open?: boolean; readonly children: ReactNode }) {
	return (
		<Disclosure defaultExpanded={props.open ?? false}>
			<Heading level={4} style={{ margin: 0, font: 'inherit' }}>
				<Button slot="trigger" className={styles.summary}>
					<ChevronRight className={styles.chevron} size={16} strokeWidth={1.5} aria-hidden />
					{props.label}
				</Button>
			</Heading>
			<DisclosurePanel className={styles.content}>{props.children}</DisclosurePanel>
		</Disclosure>
	);
}
