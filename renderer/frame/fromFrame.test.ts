import { expect, it } from 'vitest';
import { fromFrame } from './fromFrame.ts';

it.each([
	['something that is no message', 'hello'],
	['a kind that there is not', { kind: 'ask', verb: 'signing.sign' }],
	['more than belongs to the message', { kind: 'ready', extra: 1 }],
	['a range before the file', { kind: 'range', begin: -1, end: 10 }],
	['a rectangle without size', { kind: 'placed', page: 1, rectangle: { x: 0, y: 0, width: 0, height: 5 } }],
	['a page that cannot be', { kind: 'at', page: 0, percent: 100 }],
	['a key that is not the window’s', { kind: 'key', key: 'w', shift: false }],
])('the frame may not say %s', (_what, message) => {
	expect(fromFrame.safeParse(message).success).toBe(false);
});

it('the frame may ask for bytes', () => {
	expect(fromFrame.safeParse({ kind: 'range', begin: 0, end: 65_536 }).success).toBe(true);
});
