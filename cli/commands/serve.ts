import { join } from 'node:path';
import { commonOptions, parseArguments } from '../arguments.ts';
import { ExitCode, type Io } from '../command.ts';
import { UsageError } from '../errors.ts';
import { Output } from '../output.ts';
import { readConfig } from '../serviceConfig.ts';

export const help = `
Usage: paraph serve [--config FILE] [--data DIR] [--port PORT] [--json]

Runs the service that postings are sent through: documents to be signed by others, each at their own desk. Everything is
kept in one folder, unless the configuration names PostgreSQL and a bucket. Runs until it is told to stop (Ctrl C).

  --config FILE  the service's configuration (JSON); default: /etc/paraph/service.json where there is one
  --data DIR     the folder, instead of the configuration's
  --port PORT    listen there instead; 0 takes a free one
  --schema       print the JSON Schema of the configuration, and do nothing else
  --json         one JSON line once it is up: url, openapi, docs

Plain HTTP is for loopback alone: elsewhere name a certificate (listen.tls) or the proxy that ends TLS
(listen.behindProxy). An instance that uses PostgreSQL and a bucket may have any number beside it.

Exit codes: 0 stopped · 1 it could not run · 2 usage or configuration
`;

const options = { ...commonOptions, data: 'text', port: 'text', schema: 'flag' } as const;

export async function run(args: readonly string[], io: Io): Promise<number> {
	const { options: given, files } = parseArguments(args, options);
	if (files.length > 0) throw new UsageError(`'${files[0]}' is not an option`, { hint: 'See `paraph serve --help`.' });
	const output = new Output(io, given.json);
	// Imported here, so that no other command pays for the service.
	const { configJsonSchema } = await import('../../service/config/configuration.ts');
	if (given.schema) {
		io.stdout.write(`${JSON.stringify(configJsonSchema(), undefined, 2)}\n`);
		return ExitCode.ok;
	}
	const config = await readConfig(given, io);
	const { startService } = await import('../../service/service.ts');
	const { createLogger, DailyFiles } = await import('../../service/logging.ts');
	const logger = createLogger(new DailyFiles(join(config.data, 'logs'), config.retention.logDays));
	await using service = await startService({ config, logger, env: io.env });
	const facts = { url: service.url, openapi: `${service.url}/openapi.json`, docs: `${service.url}/docs` };
	output.result(
		{ event: 'ready', ...facts },
		`The service is up at ${service.url} (${facts.docs} says what it can do).`,
	);
	await aborted(io.signal);
	output.hint('Stopping.');
	return ExitCode.ok;
}

const aborted = (signal: AbortSignal): Promise<void> =>
	new Promise((resolve) => {
		if (signal.aborted) resolve();
		else signal.addEventListener('abort', () => resolve(), { once: true });
	});
