import { CircleDashed, CreditCard, RefreshCw, Usb } from 'lucide-react';
import { useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Reply, TokenOverview } from '../../../preload/contract.ts';
import { useDesk } from '../../app/desk.ts';
import { Button } from '../../ui/Button.tsx';
import { FailureCard } from '../../ui/FailureCard.tsx';
import { Page } from '../../ui/Page.tsx';
import { TestBand } from '../../ui/TestBand.tsx';
import { TroubleCard } from '../../ui/TroubleCard.tsx';
import { KeptKeys } from './KeptKeys.tsx';
import styles from './TokensPlace.module.css';
import { TokenView } from './TokenView.tsx';

/** The cards and tokens that are there, what is on them, and what is wrong when something is missing. */
export function TokensPlace() {
	const { t } = useTranslation();
	const { bridge } = useDesk();
	const [reply, setReply] = useState<Reply<TokenOverview> | null>(null);
	const [reading, setReading] = useState(false);
	const list = useCallback(async () => setReply(await bridge.tokens.list()), [bridge]);
	const look = useCallback(async () => {
		setReply(null);
		await list();
	}, [list]);
	useEffect(() => {
		void look();
		// What is seen stays until the new list is there.
		return bridge.events.on('tokensChanged', () => void list());
	}, [bridge, look, list]);
	useEffect(() => bridge.events.on('tokensReading', ({ isReading }) => setReading(isReading)), [bridge]);
	const { modules, kept } = reply?.ok ? reply.value : { modules: [], kept: [] };
	const holders = [...modules.flatMap(({ tokens }) => tokens), ...kept];
	const test = holders.some(({ identities }) => identities.some((one) => one.test));
	return (
		<>
			{test && <TestBand />}
			<Page
				title={t('tokens.title')}
				words={t('tokens.words')}
				action={
					<Button icon={<RefreshCw size={16} strokeWidth={1.5} aria-hidden />} onPress={() => void look()}>
						{t('tokens.lookAgain')}
					</Button>
				}
			>
				{(reading || !reply) && <p role="status">{t(reading ? 'tokens.reading' : 'signing.looking')}</p>}
				{reply && !reply.ok && <FailureCard failure={reply.error} />}
				{reply?.ok && <Overview overview={reply.value} changed={() => void list()} />}
			</Page>
		</>
	);
}

function Overview({ overview, changed }: { readonly overview: TokenOverview; readonly changed: () => void }) {
	const { t, i18n } = useTranslation();
	const tokens = overview.modules.flatMap((module) => module.tokens.map((token) => ({ module, token })));
	const inserted = tokens.filter(({ token }) => token.label !== null);
	const failed = tokens.flatMap(({ token }) => (token.failure ? [{ ...token, failure: token.failure }] : []));
	const emptyReaders = tokens.filter(({ token }) => token.label === null && !token.failure);
	return (
		<div className={styles.cards}>
			{/* Cards of trouble are headings of the third rank. */}
			<h2 className="visually-hidden">{t(overview.diagnosis.length > 0 ? 'keys.missing' : 'tokens.title')}</h2>
			{overview.diagnosis.map(({ code, message, hint }) => (
				<TroubleCard
					key={code}
					tone="caution"
					more={t('common.more')}
					trouble={
						i18n.exists(`diagnosis.${code}.title`)
							? {
									title: t(`diagnosis.${code}.title` as 'diagnosis.no-card.title'),
									remedy: t(`diagnosis.${code}.remedy` as 'diagnosis.no-card.remedy'),
									details: [code, message, hint],
								}
							: { title: message, remedy: hint, details: [code] }
					}
				/>
			))}
			{overview.modules.map(
				({ name, failure }) =>
					failure && (
						<FailureCard key={name} tone="caution" failure={{ ...failure, subject: failure.subject ?? name }} />
					),
			)}
			{failed.map(({ id, reader, failure }) => (
				<FailureCard key={id} tone="caution" failure={{ ...failure, subject: reader }} />
			))}
			{inserted.map(({ module, token }) => (
				<TokenView key={token.id} module={module} token={token} changed={changed} />
			))}
			{inserted.length === 0 && (
				<div className={styles.empty}>
					<CreditCard size={36} strokeWidth={1.25} aria-hidden />
					<p>{t('tokens.none')}</p>
					<p className={styles.muted}>
						{t('tokens.demo')} <code className={styles.code}>paraph demo-pki</code>
					</p>
				</div>
			)}
			{emptyReaders.map(({ token: { id, blank, reader } }) => {
				const Icon = blank ? CircleDashed : Usb;
				return (
					<p key={id} className={styles.reader}>
						<Icon size={16} strokeWidth={1.5} aria-hidden />
						{t(blank ? 'tokens.blank' : 'tokens.emptyReader', { reader })}
					</p>
				);
			})}
			<KeptKeys keys={overview.kept} changed={changed} />
		</div>
	);
}
