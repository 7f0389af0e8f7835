import { expect, it } from 'vitest';
import { MarkStudio } from './markStudio.ts';

const drawing = { text: 'Kari Nordmann', width: 200, height: 60 };

it('draws the same mark once', async () => {
	const studio = new MarkStudio();
	expect(await studio.draw({ ...drawing })).toBe(await studio.draw({ ...drawing }));
});

it.each([
	['text', { text: 'Ola Nordmann' }],
	['size', { width: 210 }],
	['image', { image: Buffer.from('<svg width="9" height="9"></svg>') }],
])('draws a mark of another %s anew', async (_what, change) => {
	const studio = new MarkStudio();
	expect(await studio.draw({ ...drawing, ...change })).not.toBe(await studio.draw(drawing));
});
