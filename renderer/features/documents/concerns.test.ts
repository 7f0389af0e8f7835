import { expect, it } from 'vitest';
import { concernsOf, noFaults, withFault } from './concerns.ts';

it('lists what was not drawn before what can change', () => {
	const faults = withFault(noFaults, { what: 'image', page: 3 });
	expect(concernsOf([{ code: 'javascript', page: null }], faults)).toEqual([
		{ code: 'not-drawn-image', pages: [3] },
		{ code: 'javascript', pages: [] },
	]);
});

it('says each thing once, with its pages in order', () => {
	const once = withFault(withFault(noFaults, { what: 'font', page: 5 }), { what: 'font', page: 2 });
	const twice = withFault(once, { what: 'font', page: 2 });
	expect(concernsOf([{ code: 'fonts-not-embedded', page: 1 }], twice)).toEqual([
		{ code: 'fonts-not-embedded', pages: [1, 2, 5] },
	]);
});
