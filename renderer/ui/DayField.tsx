import { Input, Label, Text, TextField } from 'react-aria-components';
import styles from './Field.module.css';

/** A day, or none yet. It is given as the last moment of that day where the person is. */
export function DayField(props: {
	readonly label: string;
	readonly hint?: string;
	/** ISO 8601, any moment of the day. */
	readonly value: string | null;
	/** A moment of the first day that may be chosen. */
	readonly first: string;
	readonly change: (instant: string) => void;
	/** Where there may be none. */
	readonly clear?: () => void;
}) {
	const change = (typed: string) => {
		if (typed === '') props.clear?.();
		const end = new Date(`${typed}T23:59:59.999`);
		if (!Number.isNaN(end.getTime())) props.change(end.toISOString());
	};
	return (
		<TextField
			className={styles.field}
			type="date"
			value={props.value === null ? '' : dayOf(props.value)}
			onChange={change}
		>
			<Label className={styles.label}>{props.label}</Label>
			<Input className={styles.input} min={dayOf(props.first)} />
			{props.hint && (
				<Text slot="description" className={styles.hint}>
					{props.hint}
				</Text>
			)}
		</TextField>
	);
}

/** `2026-11-26`, where the person is. */
function dayOf(instant: string): string {
	const date = new Date(instant);
	const two = (number: number) => String(number).padStart(2, '0');
	return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
