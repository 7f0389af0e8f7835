import type { EventReport } from '../../service/events/verifyEvents.ts';
import { commonOptions, parseArguments } from '../arguments.ts';
import { ExitCode, type Io } from '../command.ts';
import { UsageError } from '../errors.ts';
import { Output } from '../output.ts';
import { readConfig, serviceHelp, serviceOptionTable } from '../serviceConfig.ts';

export const help = `
Usage: paraph events verify [--trust PATH]… [--config FILE] [--data DIR] [--json]

Walks the chain of events of each tenant from where it begins to its head, checks the daily timestamps over it, and names
the first break. Reads the service's database, which may be in use meanwhile.

  --trust PATH   anchors of the timestamp authorities, besides those of the configuration; repeatable
${serviceHelp}
  --json         one JSON line a tenant: tenant, ok, checked, start, head, brokenAt, checkpoints

Exit codes: 0 every chain holds · 1 one does not · 2 usage or configuration
`;

const options = { ...commonOptions, ...serviceOptionTable, trust: 'texts' } as const;

export async function run(args: readonly string[], io: Io): Promise<number> {
	const { options: given, files } = parseArguments(args, options);
	const [what, ...more] = files;
	if (what !== 'verify' || more.length > 0)
		throw new UsageError('`paraph events` wants to be told `verify`', { hint: 'See `paraph events --help`.' });
	const output = new Output(io, given.json);
	const config = await readConfig(given, io);
	const { runVerification } = await import('../../service/events/runVerification.ts');
	const reports = await runVerification(config, io.env, given.trust);
	for (const { tenant, report } of reports) {
		const { ok, checked, start, head, brokenAt = null, checkpoints } = report;
		output.result({ tenant, ok, checked, start, head, brokenAt, checkpoints }, textFor(tenant, report));
	}
	return reports.every(({ report }) => report.ok) ? ExitCode.ok : ExitCode.failed;
}

function textFor(tenant: string, { checked, head, brokenAt, checkpoints }: EventReport): string {
	const stamps = checkpoints.map(({ seq, verdict }) => {
		if (verdict.state === 'broken') return `  event ${seq}: ${verdict.message}`;
		const trusted = verdict.state === 'holds' ? '' : ' (no anchor for it is trusted)';
		return `  event ${seq}: stamped ${verdict.time.toISOString()} by ${verdict.authority}${trusted}`;
	});
	const chain =
		brokenAt === undefined
			? `${tenant}: ${checked} events up to ${head.seq}, the chain holds.`
			: `${tenant}: the chain breaks at event ${brokenAt.seq}: ${brokenAt.message}`;
	return [chain, ...stamps].join('\n');
}
