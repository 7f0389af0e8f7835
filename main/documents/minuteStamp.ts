/** Day and minute for the name of a file, in local time: `2026-11-27-0215`. */
export function minuteStamp(time: Date): string {
	const two = (value: number) => String(value).padStart(2, '0');
	const day = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
	return `${day}-${two(time.getHours())}${two(time.getMinutes())}`;
}
