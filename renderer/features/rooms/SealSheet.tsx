import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Failure, RoomState, WrittenBundle } from '../../../preload/contract.ts';
import { useDesk } from '../../app/desk.ts';
import { Button } from '../../ui/Button.tsx';
import { Choice } from '../../ui/Choice.tsx';
import { FailureCard } from '../../ui/FailureCard.tsx';
import { Sheet } from '../../ui/Sheet.tsx';
import styles from './Rooms.module.css';
import { WrittenResult } from './WrittenResult.tsx';

/** Inside: what was signed of a bundle goes into one for the desk outside. */
export function SealSheet(props: {
	readonly state: RoomState;
	readonly changed: () => void;
	readonly close: () => void;
}) {
	const bundles = props.state.room?.bundles ?? [];
	const { t } = useTranslation();
	const { bridge } = useDesk();
	const [pressed, setPressed] = useState<string | null>(null);
	const [failure, setFailure] = useState<Failure | null>(null);
	const [sealed, setSealed] = useState<WrittenBundle | null>(null);
	const [busy, setBusy] = useState(false);
	const chosen = bundles.find(({ id }) => id === pressed) ?? bundles.findLast(({ signed }) => signed > 0) ?? null;
	const left = chosen ? chosen.documents - chosen.signed : 0;

	const seal = async (clockIsRight: boolean) => {
		if (!chosen) return;
		setBusy(true);
		const reply = await bridge.rooms.seal({ bundle: chosen.id, partial: left > 0, clockIsRight });
		setBusy(false);
		setFailure(reply.ok ? null : reply.error);
		if (!reply.ok) return;
		setSealed(reply.value);
		props.changed();
	};
	const foot = sealed ? (
		<Button kind="primary" onPress={props.close}>
			{t('rooms.done')}
		</Button>
	) : (
		<Button kind="primary" isDisabled={!chosen || chosen.signed === 0 || busy} onPress={() => void seal(false)}>
			{t('rooms.seal.now', { count: chosen?.signed ?? 0 })}
		</Button>
	);
	return (
		<Sheet title={t('command.room-seal')} closeLabel={t('common.close')} close={props.close} foot={foot}>
			{sealed ? (
				<WrittenResult
					bundle={sealed}
					title={t('rooms.seal.sealed', { number: sealed.number, count: sealed.documents })}
				/>
			) : (
				<div className={styles.body}>
					<p className={styles.words}>{t('rooms.seal.words')}</p>
					{bundles.length === 0 ? (
						<p>{t('rooms.seal.nothing')}</p>
					) : (
						<Choice
							label={t('rooms.seal.which')}
							value={chosen?.id ?? null}
							items={bundles.map(({ id, folder, documents, signed }) => ({
								value: id,
								title: folder,
								under: t('rooms.seal.under', { signed, documents }),
								disabled: signed === 0,
							}))}
							change={setPressed}
						/>
					)}
					{chosen && chosen.signed > 0 && left > 0 && <p>{t('rooms.seal.partial', { count: left })}</p>}
					{failure && (
						<FailureCard failure={failure}>
							{failure.code === 'clock-behind' && (
								<Button onPress={() => void seal(true)}>{t('rooms.clockIsRight')}</Button>
							)}
						</FailureCard>
					)}
				</div>
			)}
		</Sheet>
	);
}
