import { CircleCheck, CloudUpload, FileCheck2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { OpenDocument, Posting, PostingSigned } from '../../../../preload/contract.ts';
import { useDesk } from '../../../app/desk.ts';
import { Button } from '../../../ui/Button.tsx';
import { Choice } from '../../../ui/Choice.tsx';
import { FailureCard } from '../../../ui/FailureCard.tsx';
import { Field } from '../../../ui/Field.tsx';
import { TestBand } from '../../../ui/TestBand.tsx';
import { TroubleCard } from '../../../ui/TroubleCard.tsx';
import { ConcernList } from '../../documents/ConcernList.tsx';
import type { ConcernLine } from '../../documents/concerns.ts';
import { CertificateChoice } from '../../signing/CertificateChoice.tsx';
import { PinForm } from '../../signing/PinForm.tsx';
import { Stages } from '../../signing/Stages.tsx';
import { EnrolSheet } from '../EnrolSheet.tsx';
import { KeptSignatures } from '../KeptSignatures.tsx';
import styles from './ReaderPanel.module.css';
import { useEnrolment } from './useEnrolment.ts';
import type { PostingSigning } from './usePostingSigning.ts';

/** Which document is shown, and the signing of all that wait, as one sheet with the PIN at its foot. */
export function ReaderPanel(props: {
	readonly posting: Posting;
	readonly shown: string;
	readonly show: (document: string) => void;
	readonly toSign: readonly string[];
	readonly open: ReadonlyMap<string, OpenDocument>;
	readonly signing: PostingSigning;
	readonly signed: PostingSigned | null;
	/** Signatures that were kept are completed. */
	readonly completed: (result: PostingSigned) => void;
	readonly concerns: readonly { readonly name: string; readonly lines: readonly ConcernLine[] }[];
}) {
	const { posting, toSign, open, signing } = props;
	const { chosen, running, failure, words } = signing;
	const { t } = useTranslation();
	const { bridge, showDocument } = useDesk();
	const enrolment = useEnrolment(posting, chosen);
	const [enrolling, setEnrolling] = useState(false);
	const here = toSign.flatMap((document) => {
		const opened = open.get(document);
		return opened ? [[document, opened] as const] : [];
	});
	if (running) {
		return (
			<div className={styles.scroll}>
				<Stages
					running={running}
					level={posting.signatureLevel}
					pad={chosen?.pin.entry === 'pad'}
					cancel={signing.cancel}
				/>
			</div>
		);
	}
	return (
		<div className={styles.panel}>
			{toSign.length > 0 && chosen?.test && <TestBand />}
			<div className={styles.scroll}>
				<KeptSignatures posting={posting} done={props.completed} />
				{props.signed && <Outcome posting={posting} signed={props.signed} />}
				<Choice
					label={t('posting.documents')}
					value={props.shown}
					items={posting.documents.map(({ id, name, mine }) => ({
						value: id,
						title: name,
						under: mine ? t(`posting.mine.${mine}`) : null,
					}))}
					change={props.show}
				/>
				{(posting.documents.find(({ id }) => id === props.shown)?.signatures ?? 0) > 0 && (
					<Button
						icon={<FileCheck2 size={18} strokeWidth={1.5} aria-hidden />}
						onPress={() =>
							void showDocument(bridge.postings.openDocument({ posting: posting.id, document: props.shown }))
						}
					>
						{t('reader.signatures')}
					</Button>
				)}
				{toSign.length > 0 && (
					<>
						<CertificateChoice identities={signing} choose={signing.choose} />
						<fieldset className={styles.twoFields} aria-label={t('signing.words')}>
							<Field
								label={t('signing.reason')}
								maxLength={500}
								value={words.reason}
								onChange={(reason) => signing.write({ ...words, reason })}
							/>
							<Field
								label={t('signing.location')}
								maxLength={500}
								value={words.location}
								onChange={(location) => signing.write({ ...words, location })}
							/>
						</fieldset>
						<p className={styles.muted}>{t(`level.${posting.signatureLevel}`)}</p>
					</>
				)}
				{props.concerns.map(({ name, lines }) => (
					<div key={name}>
						{posting.documents.length > 1 && <p className={styles.name}>{name}</p>}
						<ConcernList concerns={lines} />
					</div>
				))}
			</div>
			{toSign.length > 0 && (
				<footer className={styles.foot}>
					{failure && <FailureCard failure={failure} />}
					{enrolment.missing ? (
						<section aria-label={t('inbox.troubled')}>
							<h2 className="visually-hidden">{t('inbox.troubled')}</h2>
							<TroubleCard
								tone="caution"
								more={t('common.more')}
								trouble={{ title: t('reader.notEnrolledTitle'), remedy: t('reader.notEnrolledRemedy') }}
							>
								<Button kind="primary" onPress={() => setEnrolling(true)}>
									{t('reader.enrolThis')}
								</Button>
							</TroubleCard>
						</section>
					) : (
						<PinForm
							key={`${chosen?.token.id} ${failure?.code}`}
							identity={chosen}
							ready={here.length === toSign.length}
							label={t('reader.sign', { count: toSign.length })}
							sign={(pin) => void signing.sign(pin, new Map(here))}
						/>
					)}
				</footer>
			)}
			{enrolling && chosen && (
				<EnrolSheet
					first={chosen.id}
					close={() => setEnrolling(false)}
					enrolled={(certificates) => {
						enrolment.take(certificates);
						setEnrolling(false);
					}}
				/>
			)}
		</div>
	);
}

/** What became of what was signed just now. */
function Outcome({ posting, signed }: { readonly posting: Posting; readonly signed: PostingSigned }) {
	const { t } = useTranslation();
	const nameOf = (document: string) => posting.documents.find(({ id }) => id === document)?.name ?? document;
	return (
		<div className={styles.outcomes} role="status">
			{signed.documents.map(({ document, outcome, failure }) => {
				const name = nameOf(document);
				// The card above says it, and what to do.
				if (outcome === 'incomplete') return null;
				if (failure) return <FailureCard key={document} failure={{ ...failure, subject: name }} />;
				if (outcome === 'changed') {
					return (
						<TroubleCard
							key={document}
							tone="caution"
							more={t('common.more')}
							trouble={{ title: t('reader.changedTitle'), subject: name, remedy: t('reader.changedRemedy') }}
						/>
					);
				}
				const Icon = outcome === 'accepted' ? CircleCheck : CloudUpload;
				return (
					<p key={document} className={styles.outcome} data-outcome={outcome}>
						<Icon size={20} strokeWidth={1.5} aria-hidden />
						<span>{outcome === 'accepted' ? t('reader.accepted', { name }) : t('reader.waiting', { name })}</span>
					</p>
				);
			})}
		</div>
	);
}
