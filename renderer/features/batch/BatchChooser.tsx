import { useTranslation } from 'react-i18next';
import type { Listing } from '../../../preload/contract.ts';
import { useDesk } from '../../app/desk.ts';
import { Button } from '../../ui/Button.tsx';
import { Chooser } from '../documents/Chooser.tsx';

/** Puts documents into the batch, one by one or all of a folder, where there is no dialog of the system's. */
export function BatchChooser(props: { readonly added: number; readonly close: () => void }) {
	const { t } = useTranslation();
	const { bridge } = useDesk();
	const foot = (listing: Listing) => {
		const count = listing.entries.filter(({ kind }) => kind === 'document').length;
		return (
			<>
				{props.added > 0 && <p style={{ marginInlineEnd: 'auto' }}>{t('batch.added', { count: props.added })}</p>}
				{count > 0 && (
					<Button kind="primary" onPress={() => void bridge.batch.addListed({ id: listing.id }).then(props.close)}>
						{t('batch.chooserAll', { count })}
					</Button>
				)}
				{props.added > 0 && <Button onPress={props.close}>{t('batch.chooserDone')}</Button>}
			</>
		);
	};
	return (
		<Chooser
			title={t('batch.chooser')}
			choose={({ id }) => void bridge.batch.addListed({ id })}
			foot={foot}
			close={props.close}
		/>
	);
}

/** Where the signed files go. */
export function OutputChooser(props: { readonly close: () => void }) {
	const { t } = useTranslation();
	const { bridge } = useDesk();
	return (
		<Chooser
			title={t('batch.chooseFolder')}
			foot={({ id, name }) => (
				<Button kind="primary" onPress={() => void bridge.batch.output({ id }).then(props.close)}>
					{t('batch.useFolder', { name })}
				</Button>
			)}
			close={props.close}
		/>
	);
}
