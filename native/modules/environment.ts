/**
 * What a driver's process inherits: what drivers are known to need, and nothing else. A variable that carries a PIN, a
 * password or a key of something else is not there unless someone names it.
 */
const allowed: readonly RegExp[] = [
	// The person and the machine.
	/^(HOME|USER|LOGNAME|USERNAME|USERPROFILE|USERDOMAIN|COMPUTERNAME|PATH|PATHEXT|SHELL|TZ)$/,
	/^(LANG|LANGUAGE|LC_[A-Z]+)$/,
	/^(TMPDIR|TEMP|TMP|XDG_[A-Z_]+)$/,
	/^(SystemRoot|SystemDrive|windir|APPDATA|LOCALAPPDATA|ProgramData|ALLUSERSPROFILE|CommonProgramFiles.*|ProgramFiles.*|PROCESSOR_.*)$/i,
	/^(LD_LIBRARY_PATH|DYLD_LIBRARY_PATH)$/,
	// Drivers that ask for the PIN in a dialogue of their own.
	/^(DISPLAY|WAYLAND_DISPLAY|XAUTHORITY|DBUS_SESSION_BUS_ADDRESS)$/,
	// SoftHSM, p11-kit, OpenSC, PC/SC, NSS, YubiHSM, TPM.
	/^(SOFTHSM2?_CONF|P11_KIT_\w+|OPENSC_\w+|PCSCLITE_\w+|PKCS11SPY\w*|PKCS11_\w+|YKCS11_\w+|YUBIHSM_\w+|TPM2\w+|TSS2_\w+|GNUPGHOME)$/,
	// Thales Luna and SafeNet, Entrust nShield, Utimaco, Securosys, cloud HSMs, Gemalto, Bit4id, A.E.T.
	/^(Chrystoki\w*|ET_\w+|CKNFAST_\w+|NFAST_\w+|CS_\w+|PRIMUS_\w+|CLOUDHSM_\w+|AZURE_KEYVAULT_PKCS11\w*|KMS_PKCS11_CONFIG|GEMALTO_\w+|BIT4\w+|ASE\w+)$/,
];

/** Names that say themselves that they hold a secret are withheld even where a pattern would let them through. */
const secretName = /(^|_)(PIN|PINS|PASSWORD|PASSWD|PASSPHRASE|SECRET|PUK|SOPIN)(_|$)/i;

/**
 * @param options.pass further names, from the configuration, for drivers not known here.
 * @param options.withhold names that must not pass, whatever else allows them: the variable of `--pin-env`.
 */
export function driverEnvironment(
	environment: NodeJS.ProcessEnv,
	options: { readonly pass?: readonly string[]; readonly withhold?: readonly string[] } = {},
): Record<string, string> {
	const passed: Record<string, string> = {};
	for (const [name, value] of Object.entries(environment)) {
		if (value === undefined || options.withhold?.includes(name)) continue;
		const known = allowed.some((pattern) => pattern.test(name)) && !secretName.test(name);
		if (known || options.pass?.includes(name)) passed[name] = value;
	}
	return passed;
}
