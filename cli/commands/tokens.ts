import { Configuration } from '../../core/config/configuration.ts';
import { credentialAttributes } from '../../native/credentialChoice.ts';
import { bareKeys, type Credential, problemText } from '../../native/credentials.ts';
import { cardServiceRuns, diagnose } from '../../native/diagnosis.ts';
import { modulesToSearch } from '../../native/driverOptions.ts';
import type { PinFacts } from '../../native/pin.ts';
import { formatPkcs11Uri } from '../../native/pkcs11Uri.ts';
import { isOccupied, type OccupiedSlot, pinFacts, tokenUri } from '../../native/tokenFacts.ts';
import { listTokens, type ModuleListing, type SlotListing } from '../../native/tokenList.ts';
import { commonOptions, parseArguments } from '../arguments.ts';
import { ExitCode, type Io } from '../command.ts';
import { shapeError, UsageError } from '../errors.ts';
import { Output } from '../output.ts';

export const help = `
Usage: paraph tokens [--module PATH]… [--config FILE] [--json]

Lists the readers, cards and tokens that are there, the state of each PIN, and which certificates can sign, or why they
cannot. Asks for no PIN.

  --module PATH  look into this PKCS#11 library alone; repeatable
  --json         one JSON line for each slot: module, reader, token, pin, certificates, keysWithoutCertificate,
                 error

Exit: 0 the drivers answered · 2 usage · 3 a driver failed that was named, or all did
`;

const options = { ...commonOptions, module: 'texts' } as const;

export async function run(args: readonly string[], io: Io): Promise<number> {
	const { options: given, files } = parseArguments(args, options);
	if (files.length > 0) throw new UsageError(`'${files[0]}' is not an option`, { hint: 'See `paraph tokens --help`.' });
	const configuration = Configuration.load({ env: io.env, named: given.config });
	const modules = chosenModules(configuration, given.module, io);
	const listings = await listTokens({ modules, environment: io.env, signal: io.signal });
	const output = new Output(io, given.json);
	for (const listing of listings) {
		if (listing.error !== undefined) output.result(line(listing, undefined), moduleText(listing));
		for (const slot of listing.slots) output.result(line(listing, slot), slotText(listing.path, slot));
	}
	for (const { message, hint } of diagnose(listings, await cardServiceRuns(io.env))) output.hint(`${message} ${hint}`);
	const failed = listings.filter(({ error }) => error !== undefined);
	const named = given.module.length > 0 && failed.length > 0;
	return named || (failed.length > 0 && failed.length === listings.length) ? ExitCode.token : ExitCode.ok;
}

function chosenModules(configuration: Configuration, named: readonly string[], io: Io): readonly string[] {
	if (named.length > 0) return configuration.with('modules', named, 'option --module').get('modules');
	const { locked } = configuration.stated('modules');
	return modulesToSearch({ configured: configuration.get('modules'), locked, environment: io.env });
}

/** The JSON line of a slot, or of a module that could not be asked. */
function line({ path, info, error }: ModuleListing, listing: SlotListing | undefined): object {
	const { manufacturer = null, description = null, version = null } = info ?? {};
	const module = { path, manufacturer, description, version };
	if (listing === undefined)
		return {
			module,
			reader: null,
			token: null,
			pin: null,
			certificates: [],
			keysWithoutCertificate: [],
			error: shapeError(error),
		};
	const { slot } = listing;
	const occupied = isOccupied(slot) && listing.state !== 'blank' ? slot : undefined;
	return {
		module,
		reader: {
			slot: slot.id,
			state: listing.state,
			name: slot.description,
			manufacturer: slot.manufacturer,
			removable: slot.removable,
		},
		token: occupied === undefined ? null : tokenJson(path, occupied),
		pin: occupied === undefined ? null : pinFacts(occupied.token),
		certificates:
			listing.state === 'present'
				? listing.credentials.map((credential) => certificateJson(path, listing, credential))
				: [],
		keysWithoutCertificate: listing.state === 'present' ? bareKeysJson(listing) : [],
		error: listing.state === 'failed' ? shapeError(listing.error) : null,
	};
}

function tokenJson(path: string, slot: OccupiedSlot): object {
	const { label, manufacturer, model, serial, firmwareVersion } = slot.token;
	return { label, manufacturer, model, serial, firmwareVersion, fips: saysFips(slot), uri: tokenUri(path, slot) };
}

/** Whether it calls itself validated, or run in such a mode: PKCS#11 has no flag for it. */
const saysFips = ({ description, token }: OccupiedSlot): boolean =>
	[description, token.label, token.model, token.manufacturer].some((text) => /\bfips\b/i.test(text));

const bareKeysJson = ({ objects, credentials }: PresentListing): readonly object[] =>
	bareKeys(objects, credentials).map(({ label, id }) => ({ label, id }));

type PresentListing = Extract<SlotListing, { state: 'present' }>;

function certificateJson(modulePath: string, { slot }: PresentListing, credential: Credential): object {
	const { certificate, label, id, key, problems } = credential;
	const { kind, bits, curve } = certificate.publicKey;
	return {
		uri: credentialUri(modulePath, slot, credential),
		label,
		id,
		subject: certificate.subject.text,
		issuer: certificate.issuer.text,
		serial: certificate.serialNumber.toLowerCase(),
		notBefore: certificate.notBefore.toISOString(),
		notAfter: certificate.notAfter.toISOString(),
		key: { kind, bits, ...(curve === undefined ? {} : { curve: curve.name }) },
		privateKey: key === 'hidden' ? 'after-pin' : key === undefined ? 'absent' : 'present',
		canSign: problems.length === 0,
		reasons: problems.map((problem) => ({ code: problem, message: problemText(problem, credential) })),
	};
}

const credentialUri = (modulePath: string, slot: OccupiedSlot, credential: Credential): string =>
	formatPkcs11Uri({ ...credentialAttributes(slot, credential), modulePath });

const moduleText = ({ path, error }: ModuleListing): string =>
	`${path}\n  ${error?.message ?? ''} ${error?.hint ?? ''}`;

function slotText(path: string, listing: SlotListing): string {
	const { slot } = listing;
	switch (listing.state) {
		case 'empty':
			return `${slot.description}\n  no card`;
		case 'blank':
			return `${slot.description}\n  a token that was never initialised`;
		case 'failed':
			return `${slot.description}\n  ${listing.error.message} ${listing.error.hint}`;
		case 'present': {
			const { token } = listing.slot;
			const maker = [token.manufacturer, token.model].filter((text) => text !== '').join(' ');
			return [
				`${token.label}  (${[maker, `serial ${token.serial}`, slot.description].join(', ')})`,
				`  PIN: ${pinText(pinFacts(token))}`,
				...listing.credentials.map((credential) => credentialText(path, listing, credential)),
				...bareKeys(listing.objects, listing.credentials).map(
					({ label, id }) => `  ✗ ${label === '' ? id : label}: a key without a certificate`,
				),
			].join('\n');
		}
	}
}

function credentialText(path: string, { slot }: PresentListing, credential: Credential): string {
	const { certificate, label, problems } = credential;
	const name = `${label === '' ? credential.id : label}: ${certificate.subject.displayName}`;
	const issuer = `issued by ${certificate.issuer.displayName}, until ${certificate.notAfter.toISOString().slice(0, 10)}`;
	const verdict =
		problems.length === 0
			? `can sign: --token '${credentialUri(path, slot, credential)}'`
			: `cannot sign: ${problems.map((problem) => problemText(problem, credential)).join('; ')}`;
	return `  ${problems.length === 0 ? '✓' : '✗'} ${name} (${issuer})\n      ${verdict}`;
}

const pinStates: Readonly<Record<PinFacts['state'], string>> = {
	ok: 'ready',
	'tried-wrongly': 'was tried wrongly since it was last right',
	'last-try': 'one try left before it locks',
	locked: 'locked',
	'not-set': 'not set yet',
	'to-be-changed': 'must be changed',
};

function pinText({ state, entry }: PinFacts): string {
	if (entry === 'none') return 'none wanted';
	return `${pinStates[state]}${entry === 'pad' ? ', entered on the reader' : ''}`;
}
