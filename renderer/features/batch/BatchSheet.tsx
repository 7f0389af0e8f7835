import { BookOpen } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { IdentityId } from '../../../preload/contract.ts';
import { useDesk } from '../../app/desk.ts';
import { Button } from '../../ui/Button.tsx';
import { FailureCard } from '../../ui/FailureCard.tsx';
import { Field } from '../../ui/Field.tsx';
import { TestBand } from '../../ui/TestBand.tsx';
import { CertificateChoice } from '../signing/CertificateChoice.tsx';
import { LevelChoice } from '../signing/LevelChoice.tsx';
import { PinForm } from '../signing/PinForm.tsx';
import type { Identities } from '../signing/useIdentities.ts';
import styles from './BatchSheet.module.css';
import { countsOf } from './counts.ts';
import { MarkForAll } from './MarkForAll.tsx';
import { OutlookNotes } from './OutlookNotes.tsx';
import { OutputFolder } from './OutputFolder.tsx';
import type { BatchInHand } from './useBatch.ts';

/** What is the same for all documents, and at its foot the one PIN. */
export function BatchSheet(props: {
	readonly batch: BatchInHand;
	readonly identities: Identities;
	readonly choose: (identity: IdentityId) => void;
	readonly read: () => void;
	readonly chooseFolder: () => void;
}) {
	const { batch, identities } = props;
	const { wish, refused, starting, outlook } = batch;
	const { chosen } = identities;
	const { t } = useTranslation();
	const { changeSettings, goTo } = useDesk();
	const { ready, looking } = countsOf(batch.rows);
	const read = batch.rows.filter((row) => row.read).length;
	const nothingThere =
		identities.identities?.ok === true && identities.identities.value.length === 0 && !identities.gone;

	const sign = async (pin: string | null) => {
		if (!chosen) return;
		const begun = await batch.start(chosen.id, pin);
		// What the token says of its PIN is another thing now.
		if (!begun) return identities.refresh();
		const { reason, location } = wish;
		const certificate = chosen.certificate.sha256;
		void changeSettings({ remembered: { reason: reason || null, location: location || null, certificate } });
	};
	return (
		<div className={styles.sheet}>
			<h2 className="visually-hidden">{t('batch.signTitle')}</h2>
			{chosen?.test && <TestBand />}
			<div className={styles.scroll}>
				<CertificateChoice identities={identities} choose={props.choose} />
				<OutlookNotes batch={batch} chosen={chosen} />
				{!nothingThere && (
					<>
						<MarkForAll batch={batch} />
						<fieldset className={styles.twoFields} aria-label={t('signing.words')}>
							<Field
								label={t('signing.reason')}
								maxLength={500}
								value={wish.reason}
								onChange={(reason) => batch.change({ reason })}
							/>
							<Field
								label={t('signing.location')}
								maxLength={500}
								value={wish.location}
								onChange={(location) => batch.change({ location })}
							/>
						</fieldset>
						<LevelChoice level={wish.level} change={(level) => batch.change({ level })} />
						<OutputFolder batch={batch} choose={props.chooseFolder} />
					</>
				)}
			</div>
			<footer className={styles.foot}>
				{refused && <FailureCard failure={refused} />}
				{nothingThere ? (
					<Button large onPress={() => goTo('tokens')}>
						{t('signing.goToTokens')}
					</Button>
				) : (
					<>
						<div className={styles.reading}>
							<p>
								{looking > 0
									? t('batch.stillLooking')
									: ready === 0
										? t('batch.nothingReady')
										: t('batch.readHint', { count: read, total: batch.rows.length })}
							</p>
							<Button
								kind="quiet"
								icon={<BookOpen size={16} strokeWidth={1.5} aria-hidden />}
								isDisabled={looking > 0}
								onPress={props.read}
							>
								{t('batch.readFirst')}
							</Button>
						</div>
						<PinForm
							// Another token asks for another PIN, and after a failure it is typed anew.
							key={`${chosen?.token.id} ${refused?.code}`}
							identity={chosen}
							ready={ready > 0 && looking === 0 && !starting && !outlook?.obstacle}
							label={starting ? t('batch.running.starting') : t('batch.sign', { count: ready })}
							sign={(pin) => void sign(pin)}
						/>
					</>
				)}
			</footer>
		</div>
	);
}
