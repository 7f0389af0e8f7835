import { expect, it } from 'vitest';
import type { MarkPlace } from '../../preload/contract.ts';
import { signOptionsOf, unmetOf, wishOf } from './signOptions.ts';

it.each<MarkPlace>([
	{ kind: 'rectangle', page: 2, rectangle: { x: 319, y: 446, width: 204, height: 58 } },
	{ kind: 'rectangle', page: 'last', rectangle: { x: 1.5, y: 2, width: 30, height: 20 } },
	{ kind: 'field', name: 'Client' },
	{ kind: 'text', text: 'For the client:', occurrence: 1, side: 'right' },
	{ kind: 'text', text: 'Item #2', occurrence: 3, side: 'below' },
	{ kind: 'corner', page: 'last', corner: 'bottom-right' },
	{ kind: 'corner', page: 1, corner: 'top-left' },
])('what is wished outside is wished inside: %j', (place) => {
	const wish = { place, reason: 'I agree = yes', location: 'Bergen' };
	expect(wishOf(signOptionsOf(wish))).toEqual(wish);
});

it('leaves to whoever signs what it does not understand', () => {
	expect(wishOf(['--pss', '--visible=everywhere', '--reason=I agree'])).toEqual({ reason: 'I agree' });
});

it('tells what only the command line can do', () => {
	const signOptions = ['--reason=Agreed', '--certify=form-filling', '--pss', '--visible=1:top-left'];
	const enclosures = [{ option: 'image', name: 'seal.svg', bytes: new Uint8Array() }];
	expect(unmetOf({ signOptions, enclosures })).toEqual(['--certify=form-filling', '--pss', '--image=seal.svg']);
});
