import { Input, Label, Text, TextField, type TextFieldProps } from 'react-aria-components';
import styles from './Field.module.css';

/** A line to type into, with its words above and what helps below. */
export function Field(
	props: Omit<TextFieldProps, 'children' | 'className'> & {
		readonly label: string;
		readonly hint?: string;
		readonly autoComplete?: string;
	},
) {
	const { label, hint, ...rest } = props;
	return (
		<TextField {...rest} className={styles.field}>
			<Label className={styles.label}>{label}</Label>
			<Input className={styles.input} spellCheck={false} />
			{hint && (
				<Text slot="description" className={styles.hint}>
					{hint}
				</Text>
			)}
		</TextField>
	);
}
