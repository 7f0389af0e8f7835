import { Label, Radio, RadioGroup } from 'react-aria-components';
import styles from './Segments.module.css';

/** One of a few that explain themselves, side by side; those that do not fit go on in the next line. */
export function Segments<Value extends string>(props: {
	readonly label: string;
	/** For those who hear the page alone: what is beside it says the same. */
	readonly labelHidden?: boolean;
	readonly value: Value;
	readonly items: readonly { readonly value: Value; readonly title: string }[];
	readonly change: (value: Value) => void;
}) {
	const { items } = props;
	return (
		<RadioGroup
			className={styles.group}
			orientation="horizontal"
			value={props.value}
			onChange={(chosen) => {
				const item = items.find(({ value }) => value === chosen);
				if (item) props.change(item.value);
			}}
		>
			<Label className={props.labelHidden ? 'visually-hidden' : styles.label}>{props.label}</Label>
			<div className={styles.segments}>
				{items.map(({ value, title }) => (
					<Radio key={value} value={value} className={styles.segment}>
						{title}
					</Radio>
				))}
			</div>
		</RadioGroup>
	);
}
