/** Sends what is in an outbox, in a process that can be killed. The settings come on stdin, as JSON. */
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { systemClock } from '../../core/ports/clock.ts';
import { parseServiceConfig } from '../../service/config/configuration.ts';
import { ServiceDatabase } from '../../service/db/serviceDatabase.ts';
import { openTenant } from '../../service/keys/tenant.ts';
import { KeyInMemory } from '../../service/keys/tenantKey.ts';
import { createLogger } from '../../service/logging.ts';
import { Postman } from '../../service/mail/postman.ts';
import { Tenants } from '../../service/tenants.ts';

const input = z
	.object({
		settings: z.discriminatedUnion('kind', [
			z.object({ kind: z.literal('sqlite'), folder: z.string() }),
			z.object({ kind: z.literal('postgres'), url: z.string() }),
		]),
		key: z.base64(),
		mail: z.object({ url: z.string(), from: z.string() }),
	})
	.parse(JSON.parse(await text(process.stdin)));

const database = await ServiceDatabase.open(input.settings);
const tenant = await openTenant(database, 'main', new KeyInMemory(Buffer.from(input.key, 'base64')));
const postman = new Postman({
	main: database.main,
	tenants: new Tenants(parseServiceConfig({ data: '/nowhere' }, 'kit'), [tenant]),
	clock: systemClock,
	logger: createLogger(new Writable({ write: (_chunk, _encoding, done) => done() })),
	settings: { ...input.mail, user: undefined, password: undefined },
	linkTo: (posting) => `https://sign.example.org/p/${posting}`,
});
await postman.deliver();
