/** The baseline: how many timestamps the authority gives to a client that wants nothing else. Run as a process; prints the rate. */
import { inLanes } from '../../core/batch/lanes.ts';
import { HttpFetcher } from '../../core/net/httpFetcher.ts';
import { digest } from '../../core/pki/digest.ts';
import { systemClock } from '../../core/ports/clock.ts';
import { TsaClient } from '../../core/tsp/tsaClient.ts';

const [url = '', count = '400', lanes = '16'] = process.argv.slice(2);
const fetcher = new HttpFetcher({ allowLocal: true });
const client = new TsaClient({ authorities: [{ url }], fetcher, clock: systemClock });
const imprint = { algorithm: 'sha256', digest: digest('sha256', Buffer.from('signature')) } as const;
const ask = async (): Promise<void> => void (await client.timestamp(imprint));
await ask();
const started = performance.now();
await inLanes(
	Number(lanes),
	Array.from({ length: Number(count) }, (_, index) => index),
	ask,
);
console.log((Number(count) / (performance.now() - started)) * 1000);
await fetcher.close();
