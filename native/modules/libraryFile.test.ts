import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkLibrary, libraryKind } from './libraryFile.ts';

function elf(machine: number, bigEndian = false): Buffer {
	const bytes = Buffer.alloc(64);
	bytes.write('\x7fELF', 'latin1');
	bytes[5] = bigEndian ? 2 : 1;
	if (bigEndian) bytes.writeUInt16BE(machine, 18);
	else bytes.writeUInt16LE(machine, 18);
	return bytes;
}

function pe(machine: number): Buffer {
	const bytes = Buffer.alloc(256);
	bytes.write('MZ', 'latin1');
	bytes.writeUInt32LE(128, 0x3c);
	bytes.write('PE\0\0', 128, 'latin1');
	bytes.writeUInt16LE(machine, 132);
	return bytes;
}

const machO = (type: number): Buffer =>
	Buffer.concat([Buffer.from('cffaedfe', 'hex'), littleEndian(type), Buffer.alloc(64)]);

function littleEndian(value: number): Buffer {
	const bytes = Buffer.alloc(4);
	bytes.writeUInt32LE(value);
	return bytes;
}

const file = (bytes: Uint8Array): string => {
	const path = join(mkdtempSync(join(tmpdir(), 'library-')), 'driver.so');
	writeFileSync(path, bytes);
	return path;
};

const codeOf = (path: string): unknown => {
	try {
		checkLibrary(path);
	} catch (error) {
		return error instanceof Error && 'code' in error ? error.code : error;
	}
	return undefined;
};

describe('libraryKind', () => {
	it.each([
		['ELF x86-64', elf(0x3e), 'elf', ['x64']],
		['ELF i386', elf(0x03), 'elf', ['ia32']],
		['ELF aarch64', elf(0xb7), 'elf', ['arm64']],
		['ELF s390x', elf(0x16, true), 'elf', ['s390x']],
		['ELF of an unknown machine', elf(0x999), 'elf', []],
		['PE x64', pe(0x8664), 'pe', ['x64']],
		['PE x86', pe(0x14c), 'pe', ['ia32']],
		['Mach-O arm64', machO(0x0100000c), 'mach-o', ['arm64']],
	])('knows %s', (_, bytes, format, architectures) => {
		expect(libraryKind(bytes)).toEqual({ format, architectures });
	});

	it('knows both halves of a universal Mach-O', () => {
		const bytes = Buffer.alloc(128);
		bytes.writeUInt32BE(0xcafebabe, 0);
		bytes.writeUInt32BE(2, 4);
		bytes.writeUInt32BE(0x01000007, 8);
		bytes.writeUInt32BE(0x0100000c, 28);
		expect(libraryKind(bytes)).toEqual({ format: 'mach-o', architectures: ['x64', 'arm64'] });
	});

	it('reads any octets without failing', () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
				libraryKind(bytes);
			}),
		);
	});
});

describe('checkLibrary', () => {
	it('says that a file is missing', () => {
		expect(codeOf('/nowhere/driver.so')).toBe('module-missing');
	});

	it('says that a file is no library', () => {
		expect(codeOf(file(Buffer.from('#!/bin/sh\n'.padEnd(100))))).toBe('module-broken');
	});

	it.runIf(process.platform === 'linux')('names the architecture that does not fit', () => {
		expect(codeOf(file(elf(process.arch === 'x64' ? 0x03 : 0x3e)))).toBe('module-architecture');
	});

	it('leaves a bare name to the loader', () => {
		expect(codeOf('opensc-pkcs11.so')).toBeUndefined();
	});
});
