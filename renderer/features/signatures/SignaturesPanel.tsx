import { CircleCheck, CircleHelp, CircleX, FileText, FlaskConical, PencilLine, PenLine } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Failure, FileVerdict, OpenDocument } from '../../../preload/contract.ts';
import { shortcutOf } from '../../app/commands.ts';
import { useDesk } from '../../app/desk.ts';
import type { OpenDocuments } from '../../app/useDocuments.ts';
import type { Spot } from '../../frame/protocol.ts';
import { Button } from '../../ui/Button.tsx';
import { FailureCard } from '../../ui/FailureCard.tsx';
import { TestBand } from '../../ui/TestBand.tsx';
import { ConcernList } from '../documents/ConcernList.tsx';
import type { ConcernLine } from '../documents/concerns.ts';
import { Completion } from '../signing/Completion.tsx';
import { SigningResult } from '../signing/SigningResult.tsx';
import { SignatureCardView } from './SignatureCardView.tsx';
import styles from './SignaturesPanel.module.css';
import { type Sentence, sentenceOn } from './sentence.ts';
import type { VerdictAsked } from './useVerdict.ts';

/** The signatures of a document, led by one sentence; the button to sign never scrolls away. */
export function SignaturesPanel(props: {
	readonly document: OpenDocument;
	readonly documents: OpenDocuments;
	readonly verdict: VerdictAsked;
	readonly concerns: readonly ConcernLine[];
	/** Null where another signature is not possible. */
	readonly sign: (() => void) | null;
	readonly show: (spot: Spot) => void;
}) {
	const { document, documents, verdict, sign } = props;
	const { t } = useTranslation();
	const { reply } = verdict;
	const outcome = documents.outcomeOf(document.handle);
	const sentence = reply?.ok ? sentenceOn(reply.value) : null;
	// Nothing invites to put one's name under what was tampered with.
	const inviting = !outcome && sentence?.tone !== 'changed' && sentence?.tone !== 'invalid';
	const test = reply?.ok === true && reply.value.signatures.some((signature) => signature.test);
	return (
		<div className={styles.panel}>
			{test && <TestBand />}
			<div className={styles.scroll}>
				{outcome && <SigningResult outcome={outcome} documents={documents} />}
				{!reply && !document.locked && <p className={styles.why}>{t('panel.checking')}</p>}
				{reply && !reply.ok && <FailureCard failure={reply.error} />}
				{reply?.ok && <Verdict {...props} value={reply.value} />}
				<ConcernList concerns={props.concerns} />
			</div>
			<footer className={styles.foot}>
				{!document.signable.ok && (
					<p className={styles.why}>
						{t(`unsignable.${document.signable.code}` as 'unsignable.signing-forbidden', {
							defaultValue: document.signable.message,
						})}
					</p>
				)}
				<Button
					kind={inviting ? 'primary' : 'secondary'}
					large
					isDisabled={!sign}
					icon={<PenLine size={20} strokeWidth={1.5} aria-hidden />}
					aria-keyshortcuts={shortcutOf('sign')?.replace('Ctrl', 'Control')}
					onPress={() => sign?.()}
				>
					{t('panel.sign')}
				</Button>
			</footer>
		</div>
	);
}

function Verdict(props: Parameters<typeof SignaturesPanel>[0] & { readonly value: FileVerdict }) {
	const { document, documents, verdict, value, show } = props;
	const { t } = useTranslation();
	const { settings, bridge } = useDesk();
	const [failure, setFailure] = useState<Failure | null>(null);
	const extract = async (signature: string) => {
		const reply = await bridge.signatures.extractRevision({ handle: document.handle, signature });
		if (reply.ok) documents.add([reply.value]);
		else setFailure(reply.error);
	};
	return (
		<>
			<Lead sentence={sentenceOn(value)} />
			{value.onlineWouldHelp && settings.onlineChecks !== 'never' && !settings.offline && (
				<div className={styles.ask}>
					<p>{t('panel.onlineWords')}</p>
					<Button onPress={verdict.askOnline}>{t('panel.online')}</Button>
				</div>
			)}
			{failure && <FailureCard failure={failure} />}
			{value.signatures.length > 0 && (
				<ol className={styles.cards}>
					{value.signatures.map((signature) => (
						<li key={signature.id}>
							<SignatureCardView
								document={document}
								signature={signature}
								online={value.online}
								show={show}
								extract={() => void extract(signature.id)}
							/>
						</li>
					))}
				</ol>
			)}
			{!settings.offline && <Completion document={document} documents={documents} verdict={value} />}
		</>
	);
}

const leadIcons = {
	none: FileText,
	valid: CircleCheck,
	unconfirmed: CircleHelp,
	changed: PencilLine,
	invalid: CircleX,
	test: FlaskConical,
};

function Lead({ sentence }: { readonly sentence: Sentence }) {
	const { t } = useTranslation();
	const Icon = leadIcons[sentence.tone];
	return (
		<div className={styles.lead} data-tone={sentence.tone}>
			<Icon size={24} strokeWidth={1.5} aria-hidden />
			<div>
				<h2 className={styles.sentence}>{t(`sentence.${sentence.key}`, { count: sentence.count })}</h2>
				{sentence.key === 'none' && <p className={styles.under}>{t('panel.nobody')}</p>}
			</div>
		</div>
	);
}
