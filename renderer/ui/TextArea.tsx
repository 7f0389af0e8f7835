import { TextArea as AriaTextArea, Label, TextField, type TextFieldProps } from 'react-aria-components';
import styles from './Field.module.css';

/** Several lines to write. */
export function TextArea(props: Omit<TextFieldProps, 'children' | 'className'> & { readonly label: string }) {
	const { label, ...rest } = props;
	return (
		<TextField {...rest} className={styles.field}>
			<Label className={styles.label}>{label}</Label>
			<AriaTextArea className={styles.input} rows={4} />
		</TextField>
	);
}
