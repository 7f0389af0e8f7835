import { Configuration, filePlaces } from '../../core/config/configuration.ts';
import { rules, settingNames } from '../../core/config/settings.ts';
import { commonOptions, parseArguments } from '../arguments.ts';
import { ExitCode, type Io } from '../command.ts';
import { UsageError } from '../errors.ts';
import { Output } from '../output.ts';

const places = filePlaces(process.env, process.platform);
const width = Math.max(...settingNames.map((name) => name.length));

export const help = `Usage: paraph config [--config FILE] [--json]

Prints each setting with its value and who set it. From the weakest to the strongest: built in, the machine's file,
the user's, the one of --config or PARAPH_CONFIG, options. What the machine's file has under 'locked' cannot be overridden.

  machine  ${places.machine}
  user     ${places.user}

Settings, a dot being a level in the file:
${settingNames.map((name) => `  ${name.padEnd(width)}  ${rules[name].wanted}`).join('\n')}`;

/** One line a setting. */
export async function run(args: readonly string[], io: Io): Promise<number> {
	const { options, files } = parseArguments(args, commonOptions);
	if (files.length > 0) throw new UsageError(`'${files[0]}' is not an option`, { hint: 'See `paraph config --help`.' });
	const output = new Output(io, options.json);
	const configuration = Configuration.load({ env: io.env, named: options.config });
	for (const name of settingNames) {
		const { value, source, locked } = configuration.stated(name);
		const shown = value === undefined ? '(none)' : JSON.stringify(value);
		output.result(
			{ key: name, value: value ?? null, source, locked },
			`${name.padEnd(width)}  ${shown}  (${source}${locked ? ', locked' : ''})`,
		);
	}
	return ExitCode.ok;
}
