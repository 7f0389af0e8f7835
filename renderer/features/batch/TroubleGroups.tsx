import { Info, OctagonAlert, TriangleAlert } from 'lucide-react';
import { type FormEvent, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RowId } from '../../../preload/contract.ts';
import { Button } from '../../ui/Button.tsx';
import { Field } from '../../ui/Field.tsx';
import { troubleOf } from '../../ui/troubleOf.ts';
import { type Group, groupsOf, notesOf } from './counts.ts';
import styles from './TroubleGroups.module.css';
import type { BatchInHand } from './useBatch.ts';

/** Names of so many documents are listed. */
const NAMED = 3;

/** What lies outside the documents can be mended there. */
const mendedOutside: readonly string[] = ['disk-full', 'file-forbidden', 'folder-read-only', 'file-unreadable'];
/** Another folder is the remedy. */
const ofTheFolder: readonly string[] = ['disk-full', 'file-forbidden', 'folder-read-only'];

interface Remedies {
	readonly batch: BatchInHand;
	readonly look: (row: RowId) => void;
	readonly checkAgain: () => void;
	readonly chooseFolder: () => void;
}

/** What keeps documents from being signed, or kept them, gathered by reason, each with what can be done about it. */
export function TroubleGroups(props: Remedies) {
	const { batch } = props;
	const { t, i18n } = useTranslation();
	const choosing = batch.phase === 'choosing';
	const groups = useMemo(() => groupsOf(batch.rows), [batch.rows]);
	const notes = useMemo(() => (choosing ? notesOf(batch.rows) : []), [batch.rows, choosing]);
	const known = notes.filter(({ code }) => i18n.exists(`batch.note.${code}.title`));
	if (groups.length + known.length === 0) return null;
	return (
		<div className={styles.groups}>
			{groups.length > 0 && (
				<ul className={styles.list} aria-label={t('batch.state.trouble')}>
					{groups.map((group) => (
						<TroubleGroup key={group.code} group={group} {...props} />
					))}
				</ul>
			)}
			{known.length > 0 && (
				<ul className={styles.list} aria-label={t('batch.notes')}>
					{known.map((group) => (
						<Note key={group.code} group={group} batch={batch} />
					))}
				</ul>
			)}
		</div>
	);
}

/** No obstacle, and worth knowing before the PIN. */
function Note({ group, batch }: { readonly group: Group; readonly batch: BatchInHand }) {
	const { t } = useTranslation();
	const { code, rows } = group;
	const note = `batch.note.${code}` as 'batch.note.signed-before';
	return (
		<li className={styles.group} data-tone="note" data-code={code}>
			<Info className={styles.icon} size={20} strokeWidth={1.5} aria-hidden />
			<Words title={t(`${note}.title`)} remedy={t(`${note}.remedy`)} rows={rows} />
			<div className={styles.actions}>
				<LeaveOut rows={rows} batch={batch} />
			</div>
		</li>
	);
}

function Words(props: {
	readonly title: string | undefined;
	readonly remedy: string | undefined;
	readonly rows: Group['rows'];
}) {
	const { title, remedy, rows } = props;
	const { t } = useTranslation();
	const names = rows.slice(0, NAMED).map(({ name }) => name);
	const more = rows.length - names.length;
	return (
		<div className={styles.words}>
			<h2 className={styles.title}>
				{title} <span className={styles.count}>{t('batch.groupCount', { count: rows.length })}</span>
			</h2>
			<p className={styles.names}>
				{names.join(', ')}
				{more > 0 && ` ${t('batch.andMore', { count: more })}`}
			</p>
			<p>{remedy}</p>
		</div>
	);
}

function LeaveOut({ rows, batch }: { readonly rows: Group['rows']; readonly batch: BatchInHand }) {
	const { t } = useTranslation();
	return (
		<Button onPress={() => batch.remove(rows.map(({ id }) => id))}>
			{t('batch.leaveOutAll', { count: rows.length })}
		</Button>
	);
}

function TroubleGroup(props: Remedies & { readonly group: Group }) {
	const { group, batch } = props;
	const { t, i18n } = useTranslation();
	const { code, rows } = group;
	const [first] = rows;
	const choosing = batch.phase === 'choosing';
	const trouble = `trouble.${troubleOf(code)}` as 'trouble.unexpected';
	const isKnown = i18n.exists(`${trouble}.title`);
	const ended = rows.some(({ state }) => state === 'failed' || state === 'incomplete');
	const Icon = ended ? OctagonAlert : TriangleAlert;
	return (
		<li className={styles.group} data-tone={ended ? 'invalid' : 'caution'} data-code={code}>
			<Icon className={styles.icon} size={20} strokeWidth={1.5} aria-hidden />
			<Words
				title={isKnown ? t(`${trouble}.title`) : first?.failure?.message}
				remedy={isKnown ? t(`${trouble}.remedy`) : first?.failure?.hint}
				rows={rows}
			/>
			<div className={styles.actions}>
				{code === 'document-locked' && <Password group={group} batch={batch} />}
				{first && code.startsWith('place-') && (
					<Button onPress={() => props.look(first.id)}>{t('batch.showOne')}</Button>
				)}
				{choosing && ofTheFolder.includes(code) && (
					<Button onPress={props.chooseFolder}>{t('batch.changeFolder')}</Button>
				)}
				{choosing && mendedOutside.includes(code) && (
					<Button onPress={props.checkAgain}>{t('batch.checkAgain')}</Button>
				)}
				{choosing && <LeaveOut rows={rows} batch={batch} />}
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
