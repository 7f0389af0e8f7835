import type { ReactNode } from 'react';
import { Button as AriaButton, type ButtonProps as AriaButtonProps } from 'react-aria-components';
import styles from './Button.module.css';
import { Hint } from './Hint.tsx';

export interface ButtonProps extends Omit<AriaButtonProps, 'children' | 'className'> {
	/** `primary` is the one thing to do here: at most one in view. */
	readonly kind?: 'primary' | 'secondary' | 'quiet';
	readonly large?: boolean;
	readonly icon?: ReactNode;
	readonly children: ReactNode;
}

export function Button({ kind = 'secondary', large = false, icon, children, ...rest }: ButtonProps) {
	return (
		<AriaButton {...rest} className={`${styles.button} ${styles[kind]} ${large ? styles.large : ''}`}>
			{icon}
			<span>{children}</span>
		</AriaButton>
	);
}

export interface IconButtonProps extends Omit<AriaButtonProps, 'children' | 'className' | 'aria-label'> {
	/** What it does, in words: read by screen readers and shown on hover and focus. */
	readonly label: string;
	readonly shortcut?: string;
	readonly pressed?: boolean;
	readonly children: ReactNode;
}

/** A button that is only an icon: 36 px square, always with its words. */
export function IconButton({ label, shortcut, pressed, children, ...rest }: IconButtonProps) {
	return (
		<Hint text={label} shortcut={shortcut}>
			<AriaButton {...rest} aria-label={label} aria-pressed={pressed} className={`${styles.button} ${styles.icon}`}>
				{children}
			</AriaButton>
		</Hint>
	);
}
