/** Timestamps and evidence from a demo PKI, as a run of the product sets them up. */
import { HttpFetcher } from '../../core/net/httpFetcher.ts';
import { EvidenceCollector } from '../../core/pades/evidenceCollector.ts';
import { type Clock, systemClock } from '../../core/ports/clock.ts';
import { TsaClient } from '../../core/tsp/tsaClient.ts';
import type { DemoPki } from './demoPki.ts';

export class ProofDesk implements AsyncDisposable {
	readonly supply: TsaClient;
	readonly #fetcher = new HttpFetcher({ allowLocal: true });
	readonly #pki: DemoPki;
	readonly #clock: Clock;

	constructor(pki: DemoPki, clock: Clock = systemClock) {
		this.#pki = pki;
		this.#clock = clock;
		this.supply = new TsaClient({ authorities: [{ url: pki.tsa.url }], fetcher: this.#fetcher, clock });
	}

	/** A new one remembers nothing: one for each run. */
	evidence(): EvidenceCollector {
		return new EvidenceCollector({
			fetcher: this.#fetcher,
			clock: this.#clock,
			anchors: this.#pki.anchors,
			data: { certificates: [], crls: [], ocspResponses: [] },
			origin: () => 'own-certificate',
		});
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.#fetcher.close();
	}
}
