/** A PKCS#11 module inside its own process: the calls of `protocol.ts`, made through pkcs11js. */
import pkcs11js from 'pkcs11js';
import { Cryptoki, Mechanism, SlotFlag } from '../cryptoki.ts';
import { DriverFault, driverFault } from './driverFault.ts';
import type {
	CertificateObject,
	KeyObject,
	MechanismCall,
	ModuleCalls,
	ModuleInfo,
	SlotId,
	SlotSnapshot,
	TokenObjects,
	TokenSnapshot,
} from './protocol.ts';
import { aesGcm, findSecretKey, makeSecretKey } from './secretKeys.ts';

/** Octets; an RSA-8192 signature has 1024. */
const longestSignature = 1024;
const signing: ReadonlySet<number> = new Set(Object.values(Mechanism));

type SessionHandle = Buffer;

/** What one process holds: the library, and a session for each slot that was used. */
export class Driver {
	readonly #library = new pkcs11js.PKCS11();
	readonly #sessions = new Map<SlotId, SessionHandle>();
	readonly #slots = new Map<SlotId, Buffer>();
	readonly #signature = Buffer.alloc(longestSignature);

	load({ path }: ModuleCalls['load']['arguments']): ModuleInfo {
		try {
			this.#library.load(path);
		} catch (error) {
			const fault = driverFault(error);
			throw fault.kind === 'internal' ? new DriverFault({ kind: 'load', message: fault.message }) : error;
		}
		this.#initialize();
		const info = this.#library.C_GetInfo();
		return {
			path,
			manufacturer: padded(info.manufacturerID),
			description: padded(info.libraryDescription),
			version: version(info.libraryVersion),
			cryptokiVersion: version(info.cryptokiVersion),
		};
	}

	/** With the system's locks, which p11-kit's client asks for; without any, where a driver has none. */
	#initialize(): void {
		const refusals: ReadonlySet<number> = new Set([
			Cryptoki.cantLock,
			Cryptoki.needToCreateThreads,
			Cryptoki.argumentsBad,
		]);
		try {
			this.#library.C_Initialize({ flags: pkcs11js.CKF_OS_LOCKING_OK });
		} catch (error) {
			const fault = driverFault(error);
			if (fault.kind !== 'cryptoki') throw error;
			if (refusals.has(fault.code)) this.#library.C_Initialize({ flags: 0 });
			else if (fault.code !== Cryptoki.cryptokiAlreadyInitialized) throw error;
		}
	}

	slots(): SlotSnapshot[] {
		this.#slots.clear();
		return this.#library.C_GetSlotList(false).map((handle) => {
			const id = slotId(handle);
			this.#slots.set(id, handle);
			return this.#slot(id, handle);
		});
	}

	presence(): ModuleCalls['presence']['answer'] {
		return this.#library
			.C_GetSlotList(false)
			.map((handle) => ({ slot: slotId(handle), token: this.#isOccupied(handle) }));
	}

	/** What cannot be asked at this moment is there: another program has it. */
	#isOccupied(handle: Buffer): boolean {
		try {
			return (this.#library.C_GetSlotInfo(handle).flags & SlotFlag.tokenPresent) !== 0;
		} catch (error) {
			if (driverFault(error).kind === 'cryptoki') return true;
			throw error;
		}
	}

	/** One reader that cannot be asked does not hide the others. */
	#slot(id: SlotId, handle: Buffer): SlotSnapshot {
		let info: pkcs11js.SlotInfo;
		try {
			info = this.#library.C_GetSlotInfo(handle);
		} catch (error) {
			const fault = driverFault(error);
			return { id, description: `slot ${id}`, manufacturer: '', removable: true, token: undefined, fault };
		}
		const shared = {
			id,
			description: padded(info.slotDescription),
			manufacturer: padded(info.manufacturerID),
			removable: (info.flags & SlotFlag.removableDevice) !== 0,
		};
		if ((info.flags & SlotFlag.tokenPresent) === 0) return { ...shared, token: undefined, fault: undefined };
		try {
			return { ...shared, token: this.#token(handle), fault: undefined };
		} catch (error) {
			return { ...shared, token: undefined, fault: driverFault(error) };
		}
	}

	#token(handle: Buffer): TokenSnapshot {
		const info = this.#library.C_GetTokenInfo(handle);
		return {
			label: padded(info.label),
			manufacturer: padded(info.manufacturerID),
			model: padded(info.model),
			serial: padded(info.serialNumber),
			flags: info.flags,
			minimumPinLength: info.minPinLen,
			maximumPinLength: info.maxPinLen,
			firmwareVersion: version(info.firmwareVersion),
			mechanisms: this.#library.C_GetMechanismList(handle).filter((mechanism) => signing.has(mechanism)),
		};
	}

	objects({ slot }: ModuleCalls['objects']['arguments']): TokenObjects {
		const session = this.#session(slot);
		return {
			certificates: this.#find(session, pkcs11js.CKO_CERTIFICATE).flatMap(
				(handle) => this.#certificate(session, handle) ?? [],
			),
			privateKeys: this.#find(session, pkcs11js.CKO_PRIVATE_KEY).map((handle) => this.#key(session, handle)),
			publicKeys: this.#find(session, pkcs11js.CKO_PUBLIC_KEY).map((handle) => this.#key(session, handle)),
		};
	}

	#find(session: SessionHandle, objectClass: number): Buffer[] {
		const found: Buffer[] = [];
		this.#library.C_FindObjectsInit(session, [{ type: pkcs11js.CKA_CLASS, value: objectClass }]);
		try {
			for (;;) {
				const handles = this.#library.C_FindObjects(session, 100);
				if (handles.length === 0) return found;
				found.push(...handles);
			}
		} finally {
			this.#library.C_FindObjectsFinal(session);
		}
	}

	#certificate(session: SessionHandle, object: Buffer): CertificateObject | undefined {
		const value = this.#attribute(session, object, pkcs11js.CKA_VALUE);
		if (value === undefined || value.length === 0) return undefined;
		return {
			label: this.#attribute(session, object, pkcs11js.CKA_LABEL)?.toString('utf8') ?? '',
			id: this.#attribute(session, object, pkcs11js.CKA_ID)?.toString('hex') ?? '',
			value: Uint8Array.from(value),
		};
	}

	#key(session: SessionHandle, object: Buffer): KeyObject {
		const keyType = Number(unsigned(this.#attribute(session, object, pkcs11js.CKA_KEY_TYPE)));
		const value = this.#attribute(
			session,
			object,
			keyType === pkcs11js.CKK_RSA ? pkcs11js.CKA_MODULUS : pkcs11js.CKA_EC_POINT,
		);
		return {
			handle: object.toString('hex'),
			label: this.#attribute(session, object, pkcs11js.CKA_LABEL)?.toString('utf8') ?? '',
			id: this.#attribute(session, object, pkcs11js.CKA_ID)?.toString('hex') ?? '',
			keyType,
			maySign: this.#attribute(session, object, pkcs11js.CKA_SIGN)?.[0] !== 0,
			alwaysAuthenticate: this.#attribute(session, object, pkcs11js.CKA_ALWAYS_AUTHENTICATE)?.[0] === 1,
			publicValue: value?.toString('hex') ?? '',
		};
	}

	/** One at a time: a driver that does not know an attribute refuses all that were asked for together. */
	#attribute(session: SessionHandle, object: Buffer, type: number): Buffer | undefined {
		try {
			const [attribute] = this.#library.C_GetAttributeValue(session, object, [{ type }]);
			return Buffer.isBuffer(attribute?.value) ? attribute.value : undefined;
		} catch (error) {
			if (driverFault(error).kind === 'cryptoki') return undefined;
			throw error;
		}
	}

	login({ slot, pin }: ModuleCalls['login']['arguments']): null {
		try {
			// pkcs11js takes no NULL: an empty PIN is what asks a reader's own pad.
			this.#library.C_Login(this.#session(slot), pkcs11js.CKU_USER, pin ?? '');
		} catch (error) {
			const fault = driverFault(error);
			if (fault.kind !== 'cryptoki' || fault.code !== Cryptoki.userAlreadyLoggedIn) throw error;
		}
		return null;
	}

	sign({ slot, key, mechanism, data, authenticate }: ModuleCalls['sign']['arguments']): Uint8Array {
		const session = this.#session(slot);
		this.#library.C_SignInit(session, mechanismOf(mechanism), Buffer.from(key, 'hex'));
		if (authenticate !== undefined) {
			const pin = authenticate === 'pad' ? '' : authenticate.pin;
			this.#library.C_Login(session, pkcs11js.CKU_CONTEXT_SPECIFIC, pin);
		}
		const octets = Buffer.from(data.buffer, data.byteOffset, data.length);
		return Uint8Array.from(this.#library.C_Sign(session, octets, this.#signature));
	}

	changePin({ slot, pin, newPin }: ModuleCalls['changePin']['arguments']): null {
		return this.#writing(slot, (session) => this.#library.C_SetPIN(session, pin, newPin));
	}

	unblock({ slot, puk, newPin }: ModuleCalls['unblock']['arguments']): null {
		return this.#writing(slot, (session) => {
			this.#library.C_Login(session, pkcs11js.CKU_SO, puk);
			this.#library.C_InitPIN(session, newPin);
		});
	}

	/** In a read/write session of its own; a read-only one beside it would forbid the officer's login. */
	#writing(slot: SlotId, act: (session: SessionHandle) => void): null {
		const handle = this.#handle(slot);
		this.#library.C_CloseAllSessions(handle);
		this.#sessions.delete(slot);
		const session = this.#library.C_OpenSession(handle, pkcs11js.CKF_SERIAL_SESSION | pkcs11js.CKF_RW_SESSION);
		try {
			act(session);
		} finally {
			this.#library.C_CloseSession(session);
		}
		return null;
	}

	secretKey({ slot, label, id }: ModuleCalls['secretKey']['arguments']): string {
		const session = this.#session(slot);
		const find = (): string | undefined => findSecretKey(this.#library, session, { label, id })?.toString('hex');
		const known = find();
		if (known !== undefined) return known;
		// Beside the one that is logged in: its login counts for this one too.
		const writing = this.#library.C_OpenSession(
			this.#handle(slot),
			pkcs11js.CKF_SERIAL_SESSION | pkcs11js.CKF_RW_SESSION,
		);
		try {
			makeSecretKey(this.#library, writing, { label, id });
		} finally {
			this.#library.C_CloseSession(writing);
		}
		return find() ?? '';
	}

	aesGcm({ slot, key, ...work }: ModuleCalls['aesGcm']['arguments']): Uint8Array {
		return aesGcm(this.#library, this.#session(slot), { key: Buffer.from(key, 'hex'), ...work });
	}

	close(): null {
		for (const [slot, session] of this.#sessions) {
			attempt(() => this.#library.C_Logout(session));
			attempt(() => this.#library.C_CloseAllSessions(this.#handle(slot)));
		}
		this.#sessions.clear();
		attempt(() => this.#library.C_Finalize());
		return null;
	}

	#session(slot: SlotId): SessionHandle {
		const open = this.#sessions.get(slot);
		if (open !== undefined) return open;
		const session = this.#library.C_OpenSession(this.#handle(slot), pkcs11js.CKF_SERIAL_SESSION);
		this.#sessions.set(slot, session);
		return session;
	}

	#handle(slot: SlotId): Buffer {
		const known = this.#slots.get(slot);
		if (known !== undefined) return known;
		for (const handle of this.#library.C_GetSlotList(false)) this.#slots.set(slotId(handle), handle);
		const found = this.#slots.get(slot);
		if (found !== undefined) return found;
		const code = Cryptoki.slotIdInvalid;
		throw new DriverFault({ kind: 'cryptoki', code, name: 'CKR_SLOT_ID_INVALID', function: 'C_OpenSession' });
	}
}

function mechanismOf({ mechanism, pss, eddsa }: MechanismCall): pkcs11js.Mechanism {
	if (pss !== undefined) {
		const parameter = {
			type: pkcs11js.CK_PARAMS_RSA_PSS,
			hashAlg: pss.hash,
			mgf: pss.mgf,
			saltLen: pss.saltLength,
		};
		return { mechanism, parameter };
	}
	// CK_EDDSA_PARAMS { CK_BBOOL phFlag; CK_ULONG ulContextDataLen; CK_BYTE_PTR pContextData }, all zero.
	if (eddsa) return { mechanism, parameter: Buffer.alloc(process.platform === 'win32' ? 13 : 24) };
	return { mechanism };
}

const slotId = (handle: Buffer): SlotId => Number(unsigned(handle));

/** CK_ULONG, in the machine's order: four octets on Windows, eight elsewhere; every machine Paraph runs on is little-endian. */
function unsigned(value: Buffer | undefined): bigint {
	return value === undefined ? -1n : BigInt(`0x${Buffer.from(value).reverse().toString('hex') || '0'}`);
}

/** PKCS#11 pads with blanks, some drivers with zeros. */
const padded = (text: string): string => text.replace(/[\0 ]+$/, '');

const version = ({ major, minor }: pkcs11js.Version): string => `${major}.${minor}`;

/** On the way out, what fails no longer matters. */
function attempt(act: () => void): void {
	try {
		act();
	} catch {}
}
