import { expect, it } from 'vitest';
import { isPacked } from './packedFiles.ts';

it.each([
	'',
	'/dist',
	'/dist/main',
	'/dist/main/readingThread.js',
	'/dist/window/assets/index.js',
	'/package.json',
	'/LICENSE',
	'/node_modules',
	'/node_modules/pkcs11js/build/Release/pkcs11.node',
	'/node_modules/@noble/curves/src/ed448.ts',
	'/node_modules/@fontsource',
	'/node_modules/@fontsource/noto-sans',
	'/node_modules/@fontsource/noto-sans/unicode.json',
	'/node_modules/@fontsource/noto-sans/package.json',
	'/node_modules/@fontsource/noto-sans/files/noto-sans-greek-400-normal.woff',
])('%j is packed', (path) => expect(isPacked(path)).toBe(true));

it.each([
	'/main/electron.ts',
	'/test',
	'/out/demo/contract.pdf',
	'/package-lock.json',
	'/dist/bridge/loopback.js',
	'/dist/smoke/main/electron.js',
	'/node_modules/.bin/vite',
	'/node_modules/pkcs11js/src/main.cpp',
	'/node_modules/pkcs11js/build/Release/obj.target/pkcs11.o',
	'/node_modules/@fontsource/noto-sans/400.css',
	'/node_modules/@fontsource/noto-sans/files/noto-sans-greek-400-normal.woff2',
	'/node_modules/@fontsource/noto-sans/files/noto-sans-greek-700-normal.woff',
	'/node_modules/@fontsource/noto-sans/files/noto-sans-greek-400-italic.woff',
])('%j stays at home', (path) => expect(isPacked(path)).toBe(false));
