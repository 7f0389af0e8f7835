import { CircleCheck, CircleHelp, CircleX, FlaskConical, PencilLine } from 'lucide-react';
import styles from './StateBadge.module.css';

/** What a signature is worth, in four states and the one that is only for trying out. */
export type SignatureState = 'valid' | 'unconfirmed' | 'changed' | 'invalid' | 'test';

const icons = {
	valid: CircleCheck,
	unconfirmed: CircleHelp,
	changed: PencilLine,
	invalid: CircleX,
	test: FlaskConical,
};

/** A state as icon, word and colour together: never colour alone. */
export function StateBadge({ state, word }: { readonly state: SignatureState; readonly word: string }) {
	const Icon = icons[state];
	return (
		<span className={`${styles.badge} ${styles[state]}`} data-state={state}>
			<Icon size={16} strokeWidth={1.75} aria-hidden />
			{word}
		</span>
	);
}
