import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Account, Failure, LoginAnswer } from '../../../preload/contract.ts';
import { useDesk } from '../../app/desk.ts';
import { FailureCard } from '../../ui/FailureCard.tsx';
import { Field } from '../../ui/Field.tsx';
import { CardRequest } from './CardRequest.tsx';
import styles from './LogIn.module.css';
import { OtherLogins } from './OtherLogins.tsx';
import { SecondFactor } from './SecondFactor.tsx';

/**
 * Logs in: the service's address, then the card with its certificate and PIN, or another way that the service knows; of
 * administrators a code besides.
 */
export function LogIn(props: {
	/** The account's own, where there is one already; it is then not asked for. */
	readonly service: string | null;
	/** While it is out of sight no token is asked, and nothing takes the focus; what was typed stays. */
	readonly shown?: boolean;
	readonly loggedIn: (account: Account) => void;
}) {
	const { t } = useTranslation();
	const { bridge } = useDesk();
	const [typed, setTyped] = useState('');
	const [wanted, setWanted] = useState<Extract<LoginAnswer, { readonly kind: 'second-factor' }> | null>(null);
	const [over, setOver] = useState<Failure | null>(null);
	const service = props.service ?? serviceOf(typed);
	const answered = (answer: LoginAnswer) => {
		setOver(null);
		if (answer.kind === 'second-factor') setWanted(answer);
		else props.loggedIn(answer.account);
	};
	const beginAgain = (failure: Failure | null) => {
		setWanted(null);
		setOver(failure);
	};

	if (wanted) return <SecondFactor wanted={wanted} loggedIn={props.loggedIn} beginAgain={beginAgain} />;
	return (
		<div className={styles.form}>
			{props.service === null && (
				<Field
					label={t('account.service')}
					hint={t('account.serviceHint')}
					type="url"
					inputMode="url"
					value={typed}
					onChange={setTyped}
				/>
			)}
			{over && <FailureCard failure={over} />}
			<CardRequest
				purpose="authenticate"
				shown={props.shown ?? true}
				ready={service !== null}
				label={t('account.logIn')}
				ask={(card) => bridge.account.logIn({ service: service ?? '', ...card })}
				answered={answered}
			>
				{service !== null && <OtherLogins key={service} service={service} answered={answered} />}
			</CardRequest>
		</div>
	);
}

/** What was typed as an address, or null. `https` needs not be typed. */
function serviceOf(typed: string): string | null {
	const text = typed.trim();
	if (text === '') return null;
	const url = URL.parse(/^https?:\/\//i.test(text) ? text : `https://${text}`);
	return url && url.hostname.length > 0 ? url.origin : null;
}
