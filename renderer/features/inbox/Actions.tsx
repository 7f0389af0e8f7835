import { Check, Download, PenLine, Stamp } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Failure, Posting, PostingAction, Reply } from '../../../preload/contract.ts';
import { useDesk } from '../../app/desk.ts';
import { Button } from '../../ui/Button.tsx';
import { save } from '../../ui/saved.ts';
import styles from './Actions.module.css';
import { PersonSheet } from './PersonSheet.tsx';
import { ReasonSheet } from './ReasonSheet.tsx';

const icon = { size: 18, strokeWidth: 1.5, 'aria-hidden': true } as const;

/** What one can do with a posting now; the first is the thing to do. */
export function Actions(props: {
	readonly posting: Posting;
	readonly done: (now: Posting) => void;
	readonly failed: (failure: Failure | null) => void;
	readonly sign: () => void;
}) {
	const { posting, done, failed } = props;
	const { t } = useTranslation();
	const { bridge } = useDesk();
	const [asking, setAsking] = useState<'decline' | 'cancel' | 'delegate' | null>(null);
	const of = { posting: posting.id };
	const take = async (asked: Promise<Reply<Posting>>) => {
		const reply = await asked;
		if (reply.ok) done(reply.value);
		else failed(reply.error);
		return reply.ok;
	};
	const close = () => setAsking(null);
	const run: Readonly<Record<PostingAction, () => void>> = {
		sign: props.sign,
		approve: () => void take(bridge.postings.approve(of)),
		decline: () => setAsking('decline'),
		delegate: () => setAsking('delegate'),
		cancel: () => setAsking('cancel'),
		acceptDecline: () => void take(bridge.postings.acceptDecline(of)),
		download: async () => failed(await save(bridge.postings.download(of))),
		acknowledge: () => void take(bridge.postings.acknowledge(of)),
		saveReceipt: async () => failed(await save(bridge.postings.saveReceipt(of))),
		release: () => void take(bridge.postings.release(of)),
	};
	if (posting.actions.length === 0) return null;
	const [first] = posting.actions.filter((action) => action in icons);
	return (
		<div className={styles.actions}>
			{posting.actions.map((action) => (
				<Button
					key={action}
					kind={action === first ? 'primary' : 'secondary'}
					icon={icons[action]}
					onPress={run[action]}
				>
					{t(`posting.action.${action}`)}
				</Button>
			))}
			{posting.actions.includes('acknowledge') && <p className={styles.hint}>{t('posting.acknowledgeHint')}</p>}
			{posting.actions.includes('release') && <p className={styles.hint}>{t('posting.releaseHint')}</p>}
			{asking === 'decline' && (
				<ReasonSheet
					title={t('posting.action.decline')}
					words={t('posting.declineWords')}
					required
					close={close}
					give={(reason) => take(bridge.postings.decline({ ...of, reason })).then((ok) => ok && close())}
				/>
			)}
			{asking === 'cancel' && (
				<ReasonSheet
					title={t('posting.action.cancel')}
					words={t('posting.cancelWords')}
					close={close}
					give={(reason) => take(bridge.postings.cancel({ ...of, reason })).then((ok) => ok && close())}
				/>
			)}
			{asking === 'delegate' && (
				<PersonSheet
					title={t('posting.action.delegate')}
					words={t('posting.delegateWords')}
					close={close}
					give={(person) => take(bridge.postings.delegate({ ...of, person })).then((ok) => ok && close())}
				/>
			)}
		</div>
	);
}

/** Those of which one is the thing to do. */
const icons: Readonly<Partial<Record<PostingAction, ReactNode>>> = {
	sign: <PenLine {...icon} />,
	approve: <Stamp {...icon} />,
	download: <Download {...icon} />,
	acceptDecline: <Check {...icon} />,
	saveReceipt: <Download {...icon} />,
};
