import { GripVertical, ListPlus, Trash2 } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { Button as AriaButton, GridList, GridListItem, type Key, useDragAndDrop } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import type { PostingDraft } from '../../../../preload/contract.ts';
import { Button, IconButton } from '../../../ui/Button.tsx';
import { Picker } from '../../../ui/Picker.tsx';
import { useWords } from '../../../ui/words.ts';
import styles from './ComposeView.module.css';
import { changedStep, movedSteps, withoutStep, withStep } from './draft.ts';

type Step = PostingDraft['steps'][number];

/** The order of the steps, by drag or by keyboard (Enter on the handle, arrows, Enter), and how many each needs. */
export function DraftSteps(props: {
	readonly draft: PostingDraft;
	readonly change: (next: (draft: PostingDraft) => PostingDraft) => void;
}) {
	const { draft, change } = props;
	const { t } = useTranslation();
	const titleOf = useStepTitle(draft);
	const { section, keepFocusOn } = useFocusAfterMove();
	const { dragAndDropHooks } = useDragAndDrop({
		getItems: (keys) => [...keys].map((key) => ({ 'text/plain': String(key) })),
		onReorder({ keys, target }) {
			const position = target.dropPosition;
			if (position === 'on') return;
			change((now) => movedSteps(now, keys, { key: target.key, position }));
			const [first] = keys;
			if (first !== undefined) keepFocusOn(first);
		},
	});
	return (
		<section ref={section} className={styles.section} aria-label={t('compose.steps')}>
			<div className={styles.sectionHead}>
				<h2 className={styles.sectionTitle}>{t('compose.steps')}</h2>
				<Button icon={<ListPlus size={18} strokeWidth={1.5} aria-hidden />} onPress={() => change(withStep)}>
					{t('compose.addStep')}
				</Button>
			</div>
			<p className={styles.words}>
				{draft.steps.length === 1 ? t('compose.oneStep') : t('compose.stepsHint', { count: draft.steps.length })}
			</p>
			{draft.steps.length > 1 && (
				<GridList
					aria-label={t('compose.steps')}
					className={styles.rows}
					items={draft.steps}
					dependencies={[draft]}
					dragAndDropHooks={dragAndDropHooks}
				>
					{(step) => (
						<GridListItem id={step.id} textValue={titleOf(step)} className={styles.row}>
							<AriaButton
								slot="drag"
								className={styles.handle}
								aria-label={t('compose.moveStep', { step: titleOf(step) })}
							>
								<GripVertical size={20} strokeWidth={1.5} aria-hidden />
							</AriaButton>
							<span className={styles.grow}>{titleOf(step)}</span>
							<IconButton
								label={t('compose.removeStep', { step: titleOf(step) })}
								onPress={() => change((now) => withoutStep(now, step.id))}
							>
								<Trash2 size={18} strokeWidth={1.5} aria-hidden />
							</IconButton>
						</GridListItem>
					)}
				</GridList>
			)}
			<div className={styles.pair}>
				{draft.steps.map((step) => (
					<Rule
						key={step.id}
						step={step}
						draft={draft}
						title={titleOf(step)}
						change={(next) => change((now) => changedStep(now, next))}
					/>
				))}
			</div>
		</section>
	);
}

/** Milliseconds after which the list has put the focus on what was moved, if it does. */
const SETTLED = 250;

/** Where the machine is slow, the list loses the focus at the drop: then it goes to the step that was moved. */
function useFocusAfterMove() {
	const section = useRef<HTMLElement>(null);
	const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
	useEffect(() => () => clearTimeout(timer.current), []);
	const keepFocusOn = (step: Key): void => {
		clearTimeout(timer.current);
		timer.current = setTimeout(() => {
			if (document.activeElement !== document.body) return;
			section.current?.querySelector<HTMLElement>(`[data-key="${CSS.escape(String(step))}"]`)?.focus();
		}, SETTLED);
	};
	return { section, keepFocusOn };
}

/** All of its people, or the first so many: only where there is somebody to choose among. */
function Rule(props: {
	readonly step: Step;
	readonly draft: PostingDraft;
	readonly title: string;
	readonly change: (step: Step) => void;
}) {
	const { step, draft } = props;
	const { t } = useTranslation();
	const acting = draft.people.filter((one) => one.step === step.id && one.role !== 'viewer').length;
	if (acting < 2) return null;
	return (
		<Picker
			label={draft.steps.length > 1 ? props.title : t('compose.howMany')}
			value={String(step.count ?? 'all')}
			items={[
				{ value: 'all', title: t('compose.all') },
				...Array.from({ length: acting - 1 }, (_, index) => ({
					value: String(index + 1),
					title: t('posting.some', { count: index + 1 }),
				})),
			]}
			change={(value) => props.change({ ...step, count: value === 'all' ? null : Number(value) })}
		/>
	);
}

/** “Step 2: Kari Nordmann and Ola Nordmann”. */
export function useStepTitle({ steps, people }: PostingDraft): (step: Step) => string {
	const { t } = useTranslation();
	const words = useWords();
	return (step) => {
		const number = steps.findIndex(({ id }) => id === step.id) + 1;
		const names = people
			.filter((one) => one.step === step.id)
			.map(({ name }) => name.trim())
			.filter(Boolean);
		if (names.length === 0) return t('posting.step', { number });
		return t('compose.stepOf', { number, names: words.list(names) });
	};
}
