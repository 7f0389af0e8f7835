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

/** The same view as somebody sees it whose system chooses all colours. */
export async function keepInForcedColors(page: Page, name: string): Promise<void> {
	await page.emulateMedia({ forcedColors: 'active' });
	await page.mouse.move(0, 0);
	await expect(page).toHaveScreenshot(`${name}.png`);
	await page.emulateMedia({ forcedColors: 'none' });
}

/** Nothing sticks out of the window sideways, and no text is wider than what holds it. */
export async function fits(page: Page): Promise<void> {
	const cut = await page.evaluate(`[...document.querySelectorAll('button, h1, h2, h3, p, label, li')]
		.filter((element) => element.getClientRects().length > 0 && !element.closest('.visually-hidden'))
		.filter((element) => {
			const box = element.getBoundingClientRect();
			const ellipsis = getComputedStyle(element).textOverflow === 'ellipsis';
			return box.right > innerWidth + 1 || (!ellipsis && element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0);
		})
		.map((element) => element.textContent)`);
	expect(cut).toEqual([]);
}
