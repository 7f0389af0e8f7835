import { FileDown } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ResultKind } from '../../../preload/contract.ts';
import { ActionMenu } from '../../ui/ActionMenu.tsx';
import { Button } from '../../ui/Button.tsx';
import type { BatchInHand } from './useBatch.ts';

const kinds: readonly ResultKind[] = ['report', 'csv', 'json'];

/** What came of each document, to be kept beside the signed files. */
export function KeepResult({ batch }: { readonly batch: BatchInHand }) {
	const { t } = useTranslation();
	const [writing, setWriting] = useState(false);
	const keep = async (kind: ResultKind) => {
		setWriting(true);
		await batch.keep(kind);
		setWriting(false);
	};
	return (
		<ActionMenu
			label={t('batch.keep.label')}
			actions={kinds.map((kind) => ({ id: kind, title: t(`batch.keep.${kind}`), run: () => void keep(kind) }))}
			placement="bottom start"
		>
			{/* Not disabled: the keyboard would lose its place. */}
			<Button icon={<FileDown size={18} strokeWidth={1.5} aria-hidden />} isPending={writing}>
				{writing ? t('batch.keep.writing') : t('batch.keep.label')}
			</Button>
		</ActionMenu>
	);
}
