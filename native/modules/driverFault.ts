import type { Fault } from './protocol.ts';

/** A fault found by Paraph's own side of the driver, not by pkcs11js. */
export class DriverFault extends Error {
	readonly fault: Fault;

	constructor(fault: Fault) {
		super(fault.kind === 'cryptoki' ? fault.name : fault.message);
		this.fault = fault;
	}
}

/**
 * What pkcs11js threw, as a value that crosses to the other process. It gives return codes as `CKR_NAME:number` at the
 * head of the message, in some calls without making its own error of it.
 */
export function driverFault(error: unknown): Fault {
	if (error instanceof DriverFault) return error.fault;
	if (!(error instanceof Error)) return { kind: 'internal', message: String(error) };
	const method = 'method' in error && typeof error.method === 'string' ? error.method : '';
	if ('code' in error && typeof error.code === 'number' && error.code !== 0)
		return { kind: 'cryptoki', code: error.code, name: error.message, function: method };
	const [, name, code] = /^(CKR_\w+):(\d+)$/.exec(error.message) ?? [];
	if (name !== undefined) return { kind: 'cryptoki', code: Number(code), name, function: method };
	return { kind: 'internal', message: error.message };
}
