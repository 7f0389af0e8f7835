import type { Configuration } from '../../core/config/configuration.ts';
import { TokenError } from '../../core/ports/tokenError.ts';
import { listPkcs12 } from '../../native/pkcs12Signer.ts';
import type { Host } from '../host.ts';
import type { KeptKeys } from '../keys/keptKeys.ts';
import type { Signers } from '../keys/signers.ts';
import type { FacadeHandlers } from './handlers.ts';

export interface KeyParts {
	readonly kept: KeptKeys;
	readonly signers: Signers;
	readonly configuration: () => Configuration;
	readonly host: Host;
}

/** Key files and signing services. */
export function keyHandlers({ kept, signers, configuration, host }: KeyParts): FacadeHandlers<'keys'> {
	return {
		async addFile({ name, content, password }) {
			if (!configuration().get('pkcs12')) throw forbidden(name);
			const bytes = Buffer.from(content, 'base64');
			const key = kept.keepFile(name, bytes, listPkcs12(bytes, password, name));
			host.tell('tokensChanged', null);
			return key;
		},
		async addService(request) {
			const key = kept.keepService(await signers.readAccount(request), request.clientId);
			host.tell('tokensChanged', null);
			return key;
		},
		async forget({ id }) {
			kept.forget(id);
			host.tell('tokensChanged', null);
			return null;
		},
		async answerCode({ question, code }) {
			signers.answer(question, code ?? undefined);
			return null;
		},
	};
}

const forbidden = (name: string): TokenError =>
	new TokenError('key-cannot-sign', 'Key files are not allowed on this machine.', {
		hint: 'Use a card or token, or ask whoever administers this machine.',
		subject: name,
	});
