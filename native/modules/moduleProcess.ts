/**
 * The process in which one PKCS#11 module lives: started by a {@link ProcessLauncher}, spoken to in `protocol.ts`.
 *
 * Its standard output belongs to the driver, which may print what it likes; messages travel beside it. It is the only
 * place that holds the PIN, and it ends when the other side closes the channel, or is gone.
 */
import { keepOutOfCoreDumps } from './coreDump.ts';
import { Driver } from './driver.ts';
import { driverFault } from './driverFault.ts';
import { endWithParent } from './endWithParent.ts';
import type { ModuleRequest, ModuleResponse } from './protocol.ts';

keepOutOfCoreDumps();
const driver = new Driver();
const parentPort = electronParentPort();

if (parentPort !== undefined) {
	parentPort.on('message', ({ data }) => parentPort.postMessage(answer(data)));
} else {
	// Electron sees to that by itself.
	endWithParent();
	process.on('message', (message: ModuleRequest) => process.send?.(answer(message)));
	process.on('disconnect', () => {
		driver.close();
		process.exit(0);
	});
}

function answer(request: ModuleRequest): ModuleResponse {
	try {
		return { id: request.id, answer: perform(request) };
	} catch (error) {
		return { id: request.id, fault: driverFault(error) };
	}
}

function perform(request: ModuleRequest): Extract<ModuleResponse, { answer: unknown }>['answer'] {
	switch (request.call) {
		case 'load':
			return driver.load(request.arguments);
		case 'slots':
			return driver.slots();
		case 'presence':
			return driver.presence();
		case 'objects':
			return driver.objects(request.arguments);
		case 'login':
			return driver.login(request.arguments);
		case 'sign':
			return driver.sign(request.arguments);
		case 'changePin':
			return driver.changePin(request.arguments);
		case 'unblock':
			return driver.unblock(request.arguments);
		case 'secretKey':
			return driver.secretKey(request.arguments);
		case 'aesGcm':
			return driver.aesGcm(request.arguments);
		case 'close':
			return driver.close();
	}
}

/** `process.parentPort`, where Electron's utilityProcess started this. */
interface ParentPort {
	on(event: 'message', listener: (event: { readonly data: ModuleRequest }) => void): void;
	postMessage(message: ModuleResponse): void;
}

function electronParentPort(): ParentPort | undefined {
	const port: unknown = 'parentPort' in process ? process.parentPort : undefined;
	return isParentPort(port) ? port : undefined;
}

function isParentPort(port: unknown): port is ParentPort {
	return typeof port === 'object' && port !== null && 'on' in port && 'postMessage' in port;
}
