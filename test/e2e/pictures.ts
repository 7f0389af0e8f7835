/** The pictures of the window's states in docs/pictures, each checked by axe when it is taken. */
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect } from './desk.ts';

export const looks = [
	{ name: 'light-en', preferences: { theme: 'light', language: 'en' } },
	{ name: 'dark-nb', preferences: { theme: 'dark', language: 'nb' } },
] as const;

export async function keep(page: Page, name: string): Promise<void> {
	await page.mouse.move(0, 0);
	// The frame's document is another origin's and drawn by pdf.js: its text layer is not ours to judge.
	const { violations } = await new AxeBuilder({ page }).exclude('iframe').analyze();
	expect.soft(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`)).toEqual([]);
	await expect(page).toHaveScreenshot(`${name}.png`);
}
