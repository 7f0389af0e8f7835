/** Counters, gauges and histograms in the text format of Prometheus (0.0.4), which OpenTelemetry's collectors read too. */

type Labels = Readonly<Record<string, string>>;

/** Seconds. */
const BUCKETS = [0.005, 0.025, 0.1, 0.25, 1, 2.5, 10, 30] as const;

interface Family {
	readonly kind: 'counter' | 'gauge' | 'histogram';
	readonly help: string;
	readonly samples: Map<string, number>;
}

/** What one instance counts. Labels never hold what a client chose freely. */
export class Metrics {
	readonly #families = new Map<string, Family>();
	readonly #collectors: (() => Promise<void>)[] = [];

	count(name: string, help: string, labels: Labels = {}, by = 1): void {
		const { samples } = this.#family(name, 'counter', help);
		const key = `${name}${labelText(labels)}`;
		samples.set(key, (samples.get(key) ?? 0) + by);
	}

	gauge(name: string, help: string, value: number, labels: Labels = {}): void {
		this.#family(name, 'gauge', help).samples.set(`${name}${labelText(labels)}`, value);
	}

	/** @param seconds how long something took. */
	observe(name: string, help: string, seconds: number, labels: Labels = {}): void {
		const { samples } = this.#family(name, 'histogram', help);
		const add = (key: string, by: number): Map<string, number> => samples.set(key, (samples.get(key) ?? 0) + by);
		for (const limit of BUCKETS)
			add(`${name}_bucket${labelText({ ...labels, le: String(limit) })}`, seconds <= limit ? 1 : 0);
		add(`${name}_bucket${labelText({ ...labels, le: '+Inf' })}`, 1);
		add(`${name}_sum${labelText(labels)}`, seconds);
		add(`${name}_count${labelText(labels)}`, 1);
	}

	/** Asked before each reading, for what is looked up and not counted. */
	onCollect(collect: () => Promise<void>): void {
		this.#collectors.push(collect);
	}

	async text(): Promise<string> {
		await Promise.all(this.#collectors.map((collect) => collect()));
		const families = [...this.#families].map(([name, { kind, help, samples }]) => {
			const lines = [...samples].map(([key, value]) => `${key} ${value}`);
			return [`# HELP ${name} ${help}`, `# TYPE ${name} ${kind}`, ...lines].join('\n');
		});
		return `${families.join('\n')}\n`;
	}

	#family(name: string, kind: Family['kind'], help: string): Family {
		const known = this.#families.get(name);
		if (known !== undefined) return known;
		const family: Family = { kind, help, samples: new Map() };
		this.#families.set(name, family);
		return family;
	}
}

function labelText(labels: Labels): string {
	const parts = Object.entries(labels).map(
		([name, value]) =>
			`${name}="${value.replace(/[\\"\n]/g, (character) => (character === '\n' ? '\\n' : `\\${character}`))}"`,
	);
	return parts.length === 0 ? '' : `{${parts.join(',')}}`;
}
