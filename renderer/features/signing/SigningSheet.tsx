import { X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { OpenDocument } from '../../../preload/contract.ts';
import { useDesk } from '../../app/desk.ts';
import type { Corner } from '../../frame/protocol.ts';
import { Button, IconButton } from '../../ui/Button.tsx';
import { FailureCard } from '../../ui/FailureCard.tsx';
import { Field } from '../../ui/Field.tsx';
import { TestBand } from '../../ui/TestBand.tsx';
import { ConcernList } from '../documents/ConcernList.tsx';
import type { ConcernLine } from '../documents/concerns.ts';
import { keyFileFailure } from '../tokens/keyFileFailure.ts';
import { CertificateChoice } from './CertificateChoice.tsx';
import { LevelChoice } from './LevelChoice.tsx';
import { MarkChoice } from './MarkChoice.tsx';
import { PinForm } from './PinForm.tsx';
import styles from './SigningSheet.module.css';
import { Stages } from './Stages.tsx';
import type { Signing } from './useSigning.ts';

/** Signing as one sheet: everything that can be chosen, and at its foot the PIN. */
export function SigningSheet(props: {
	readonly document: OpenDocument;
	readonly signing: Signing;
	readonly concerns: readonly ConcernLine[];
	/** Gives the pages room where there is not enough for both. */
	readonly drawOnPage: () => void;
	readonly placeInCorner: (page: number, corner: Corner) => void;
}) {
	const { document, signing, concerns } = props;
	const { form, chosen, running, failure } = signing;
	const { t } = useTranslation();
	const { goTo } = useDesk();
	const nothingThere = signing.identities?.ok === true && signing.identities.value.length === 0 && !signing.gone;
	return (
		<div className={styles.sheet}>
			{chosen?.test && <TestBand />}
			<header className={styles.head}>
				<h2 className={styles.title}>{t('signing.title')}</h2>
				<IconButton label={t('common.close')} isDisabled={running !== null} onPress={signing.end}>
					<X size={20} strokeWidth={1.5} aria-hidden />
				</IconButton>
			</header>
			{running ? (
				<div className={styles.scroll}>
					<Stages running={running} level={form.level} pad={chosen?.pin.entry === 'pad'} cancel={signing.cancel} />
				</div>
			) : (
				<>
					<div className={styles.scroll}>
						<CertificateChoice identities={signing} choose={(identity) => signing.change({ identity })} />
						{!nothingThere && (
							<>
								<MarkChoice
									document={document}
									signing={signing}
									drawOnPage={props.drawOnPage}
									placeInCorner={props.placeInCorner}
								/>
								<fieldset className={styles.twoFields} aria-label={t('signing.words')}>
									<Field
										label={t('signing.reason')}
										maxLength={500}
										value={form.reason}
										onChange={(reason) => signing.change({ reason })}
									/>
									<Field
										label={t('signing.location')}
										maxLength={500}
										value={form.location}
										onChange={(location) => signing.change({ location })}
									/>
								</fieldset>
								<LevelChoice level={form.level} change={(level) => signing.change({ level })} />
								<ConcernList concerns={concerns} />
							</>
						)}
					</div>
					<footer className={styles.foot}>
						{failure && <FailureCard failure={keyFileFailure(failure, chosen?.holder)} />}
						{nothingThere ? (
							<Button large onPress={() => goTo('tokens')}>
								{t('signing.goToTokens')}
							</Button>
						) : (
							<PinForm
								// Another token asks for another PIN, and after a failure it is typed anew.
								key={`${chosen?.token.id} ${failure?.code}`}
								identity={chosen}
								ready={form.placement.kind !== 'drawn' || form.placement.place !== null}
								sign={(pin) => void signing.sign(pin)}
							/>
						)}
					</footer>
				</>
			)}
		</div>
	);
}
