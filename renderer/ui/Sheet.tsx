import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { IconButton } from './Button.tsx';
import styles from './Sheet.module.css';

/** A sheet over the window, for something with a beginning and an end. Escape closes it. */
export function Sheet(props: {
	readonly title: string;
	readonly closeLabel: string;
	readonly close: () => void;
	readonly foot?: ReactNode;
	readonly children: ReactNode;
}) {
	return (
		<ModalOverlay isOpen onOpenChange={(open) => !open && props.close()} isDismissable className={styles.scrim}>
			<Modal className={styles.modal}>
				<Dialog className={styles.dialog}>
					<header className={styles.head}>
						<Heading slot="title" level={2} className={styles.title}>
							{props.title}
						</Heading>
						<IconButton label={props.closeLabel} onPress={props.close}>
							<X size={20} strokeWidth={1.5} aria-hidden />
						</IconButton>
					</header>
					<div className={styles.body}>{props.children}</div>
					{props.foot && <footer className={styles.foot}>{props.foot}</footer>}
				</Dialog>
			</Modal>
		</ModalOverlay>
	);
}
