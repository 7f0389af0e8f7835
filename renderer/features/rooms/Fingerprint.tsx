import styles from './Rooms.module.css';

/** What two people compare, in groups that can be read aloud. */
export function Fingerprint({ value }: { readonly value: string }) {
	const groups = value.toLowerCase().match(/.{1,4}/g) ?? [];
	return (
		<code className={styles.fingerprint}>
			{groups.map((group, index) => (
				// biome-ignore lint/suspicious/noArrayIndexKey: groups may be alike, and never change
				<span key={index}>{group}</span>
			))}
		</code>
	);
}
