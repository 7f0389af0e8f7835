import { ChevronDown } from 'lucide-react';
import { Button, Label, ListBox, ListBoxItem, Popover, Select, SelectValue, Text } from 'react-aria-components';
import styles from './Picker.module.css';

/** One of several, folded to the chosen one. */
export function Picker<Value extends string>(props: {
	readonly label: string;
	readonly value: Value;
	readonly items: readonly { readonly value: Value; readonly title: string }[];
	readonly change: (value: Value) => void;
	readonly disabled?: boolean;
	readonly hint?: string;
}) {
	const { items } = props;
	return (
		<Select
			className={styles.picker}
			value={props.value}
			isDisabled={props.disabled ?? false}
			onChange={(chosen) => {
				const item = items.find(({ value }) => value === chosen);
				if (item) props.change(item.value);
			}}
		>
			<Label className={styles.label}>{props.label}</Label>
			<Button className={styles.button}>
				<SelectValue />
				<ChevronDown size={18} strokeWidth={1.5} aria-hidden />
			</Button>
			{props.hint && (
				<Text slot="description" className={styles.under}>
					{props.hint}
				</Text>
			)}
			<Popover className={styles.popover}>
				<ListBox className={styles.list} items={items}>
					{(item) => (
						<ListBoxItem id={item.value} textValue={item.title} className={styles.item}>
							{item.title}
						</ListBoxItem>
					)}
				</ListBox>
			</Popover>
		</Select>
	);
}
