import { FileTrigger } from 'react-aria-components';
import { Button } from '../../ui/Button.tsx';

/** A button that has one file picked. */
export function PickFile(props: {
	readonly label: string;
	readonly primary?: boolean;
	readonly disabled?: boolean;
	readonly picked: (file: File) => void;
}) {
	return (
		<FileTrigger
			onSelect={(files) => {
				const [file] = files ?? [];
				if (file) props.picked(file);
			}}
		>
			<Button kind={props.primary ? 'primary' : 'secondary'} isDisabled={props.disabled ?? false}>
				{props.label}
			</Button>
		</FileTrigger>
	);
}
