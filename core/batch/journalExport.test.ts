import { expect, it } from 'vitest';
import { journalCsv, journalJson, type ListedLine } from './journalExport.ts';

const line = (changes: Partial<ListedLine>): ListedLine => ({
	file: '/in/a.pdf',
	out: '/out/a-signed.pdf',
	state: 'signed',
	requested: 'b-lta',
	level: 'b-lta',
	field: 'Signature1',
	inputSha256: 'aa',
	outputSha256: 'bb',
	code: null,
	message: null,
	at: '2026-11-27T02:00:00.000Z',
	...changes,
});

it('lists every file under a header, and leaves empty what is not known', () => {
	expect([...journalCsv([line({}), line({ file: '/in/b, "c".pdf', level: null })])]).toEqual([
		'file,out,state,requested,level,field,inputSha256,outputSha256,code,message,at\r\n',
		'/in/a.pdf,/out/a-signed.pdf,signed,b-lta,b-lta,Signature1,aa,bb,,,2026-11-27T02:00:00.000Z\r\n',
		'"/in/b, ""c"".pdf",/out/a-signed.pdf,signed,b-lta,,Signature1,aa,bb,,,2026-11-27T02:00:00.000Z\r\n',
	]);
});

it.each(['=1+1', '+1', '-1', '@sum', '\t=1'])('gives a spreadsheet nothing to calculate: %j', (field) => {
	expect([...journalCsv([line({ field })])][1]).toContain(`,'${field},`);
});

it('reads as JSON what it says as CSV', () => {
	const lines = [line({}), line({ state: 'failed', code: 'not-a-pdf' })];
	expect(JSON.parse(journalJson(lines))).toEqual(lines);
	expect(JSON.parse(journalJson([]))).toEqual([]);
});
