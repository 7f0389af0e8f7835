import { Check } from 'lucide-react';
import { Checkbox } from 'react-aria-components';
import styles from './Tick.module.css';

/** Yes or no. */
export function Tick(props: {
	readonly label: string;
	readonly ticked: boolean;
	readonly change: (ticked: boolean) => void;
	/** Where what stands around it says it to the eye. */
	readonly labelHidden?: boolean;
}) {
	const { label, labelHidden = false } = props;
	return (
		<Checkbox
			className={styles.tick}
			isSelected={props.ticked}
			onChange={props.change}
			aria-label={labelHidden ? label : undefined}
		>
			<span className={styles.box}>
				<Check size={16} strokeWidth={2.5} aria-hidden />
			</span>
			{!labelHidden && <span>{label}</span>}
		</Checkbox>
	);
}
