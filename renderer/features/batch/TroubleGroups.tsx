import { OctagonAlert, TriangleAlert } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RowId } from '../../../preload/contract.ts';
import { Button } from '../../ui/Button.tsx';
import { Field } from '../../ui/Field.tsx';
import { troubleOf } from '../../ui/troubleOf.ts';
import { type Group, groupsOf } from './counts.ts';
import styles from './TroubleGroups.module.css';
import type { BatchInHand } from './useBatch.ts';

/** Names of so many documents are listed. */
const NAMED = 3;

/** What keeps documents from being signed, or kept them, gathered by reason, each with what can be done about it. */
export function TroubleGroups(props: { readonly batch: BatchInHand; readonly look: (row: RowId) => void }) {
	const { batch } = props;
	const { t } = useTranslation();
	const groups = groupsOf(batch.rows);
	if (groups.length === 0) return null;
	return (
		<ul className={styles.groups} aria-label={t('batch.state.trouble')}>
			{groups.map((group) => (
				<TroubleGroup key={group.code} group={group} batch={batch} look={props.look} />
			))}
		</ul>
	);
}

function TroubleGroup(props: {
	readonly group: Group;
	readonly batch: BatchInHand;
	readonly look: (row: RowId) => void;
}) {
	const { group, batch } = props;
	const { t, i18n } = useTranslation();
	const { code, rows } = group;
	const [first] = rows;
	const trouble = `trouble.${troubleOf(code)}` as 'trouble.unexpected';
	const isKnown = i18n.exists(`${trouble}.title`);
	const ended = rows.some(({ state }) => state === 'failed' || state === 'incomplete');
	const Icon = ended ? OctagonAlert : TriangleAlert;
	const names = rows.slice(0, NAMED).map(({ name }) => name);
	const more = rows.length - names.length;
	return (
		<li className={styles.group} data-tone={ended ? 'invalid' : 'caution'} data-code={code}>
			<Icon className={styles.icon} size={20} strokeWidth={1.5} aria-hidden />
			<div className={styles.words}>
				<h2 className={styles.title}>
					{isKnown ? t(`${trouble}.title`) : first?.failure?.message}{' '}
					<span className={styles.count}>{t('batch.groupCount', { count: rows.length })}</span>
				</h2>
				<p className={styles.names}>
					{names.join(', ')}
					{more > 0 && ` ${t('batch.andMore', { count: more })}`}
				</p>
				<p>{isKnown ? t(`${trouble}.remedy`) : first?.failure?.hint}</p>
			</div>
			<div className={styles.actions}>
				{code === 'document-locked' && <Password group={group} batch={batch} />}
				{first && code.startsWith('place-') && (
					<Button onPress={() => props.look(first.id)}>{t('batch.showOne')}</Button>
				)}
				{batch.phase === 'choosing' && (
					<Button onPress={() => batch.remove(rows.map(({ id }) => id))}>
						{t('batch.leaveOutAll', { count: rows.length })}
					</Button>
				)}
			</div>
		</li>
	);
}

/** One password for all that want one: those it opens are ready, the others stay. */
function Password({ group, batch }: { readonly group: Group; readonly batch: BatchInHand }) {
	const { t } = useTranslation();
	const [password, setPassword] = useState('');
	const [fails, setFails] = useState(false);
	const [first] = group.rows;
	const unlock = async (event: FormEvent) => {
		event.preventDefault();
		if (password === '') return;
		const only = group.rows.length === 1 ? (first?.id ?? null) : null;
		const opened = await batch.unlock(only, password);
		setFails(opened === 0);
		setPassword('');
	};
	return (
		<form className={styles.password} onSubmit={(event) => void unlock(event)} autoComplete="off">
			<Field
				label={
					group.rows.length === 1
						? t('batch.password', { name: first?.name ?? '' })
						: t('batch.passwordAll', { count: group.rows.length })
				}
				type="password"
				autoComplete="off"
				hint={fails ? t('batch.unlockedNone') : undefined}
				value={password}
				onChange={setPassword}
			/>
			<Button type="submit" isDisabled={password === ''}>
				{t('batch.unlock')}
			</Button>
		</form>
	);
}
