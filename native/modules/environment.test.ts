import { describe, expect, it } from 'vitest';
import { driverEnvironment } from './environment.ts';

describe('driverEnvironment', () => {
	it.each([
		'HOME',
		'PATH',
		'LC_ALL',
		'XDG_RUNTIME_DIR',
		'SOFTHSM2_CONF',
		'P11_KIT_SERVER_ADDRESS',
		'OPENSC_CONF',
		'PCSCLITE_CSOCK_NAME',
		'ChrystokiConfigurationPath',
		'SystemRoot',
	])('passes %s', (name) => {
		expect(driverEnvironment({ [name]: 'x' })).toEqual({ [name]: 'x' });
	});

	it.each([
		'MY_PIN',
		'OPENSC_PIN',
		'PKCS11_PASSWORD',
		'AWS_SECRET_ACCESS_KEY',
		'NODE_OPTIONS',
		'LD_PRELOAD',
		'TSA_AUTH',
	])('keeps %s back', (name) => {
		expect(driverEnvironment({ [name]: 'x' })).toEqual({});
	});

	it('passes what the configuration names', () => {
		expect(driverEnvironment({ VENDOR_CONF: 'x' }, { pass: ['VENDOR_CONF'] })).toEqual({ VENDOR_CONF: 'x' });
	});

	it('withholds the variable that holds the PIN, whatever it is called', () => {
		expect(driverEnvironment({ P11_KIT_X: '1234' }, { withhold: ['P11_KIT_X'], pass: ['P11_KIT_X'] })).toEqual({});
	});
});
