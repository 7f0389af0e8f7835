import type { ReactNode } from 'react';
import { Label, Radio, RadioGroup } from 'react-aria-components';
import styles from './Choice.module.css';

export interface ChoiceItem<Value extends string> {
	readonly value: Value;
	readonly title: string;
	readonly under?: ReactNode;
	readonly disabled?: boolean;
}

/** One of a few, each with what it means underneath. */
export function Choice<Value extends string>(props: {
	readonly label: string;
	readonly value: Value | null;
	readonly items: readonly ChoiceItem<Value>[];
	readonly change: (value: Value) => void;
}) {
	const { items } = props;
	return (
		<RadioGroup
			className={styles.group}
			value={props.value}
			onChange={(chosen) => {
				const item = items.find(({ value }) => value === chosen);
				if (item) props.change(item.value);
			}}
		>
			<Label className={styles.label}>{props.label}</Label>
			<div className={styles.choices}>
				{items.map(({ value, title, under, disabled }) => (
					<Radio key={value} value={value} isDisabled={disabled ?? false} className={styles.choice}>
						<span className={styles.dot} />
						<span>
							<span className={styles.title}>{title}</span>
							{under && <span className={styles.under}>{under}</span>}
						</span>
					</Radio>
				))}
			</div>
		</RadioGroup>
	);
}
