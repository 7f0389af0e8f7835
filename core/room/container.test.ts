import { inflateRawSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { readContainer } from './container.ts';

/** A container as the first version wrote it, deflated. */
const written =
	'xVVrTBxVFL4zsyzPLQSJgOljmbVNCjJzZylvdimPhaW8tsCCNNYyu3sZBnZnhp1ZdkGjZYvU2KQqasU0Kj6ShpqG2miwiRab+Ko2' +
	'pWogpk0TbVrENlblhw2NUTOUx7KWNv3lSc6PM/c75+Y759z5bNWEJgnctjTwXNq8ZRMAQPUoAICH9yClV0KsJLl5J6vwokD3CC4K' +
	'KTJPsTLvzEQZfbxkW1Vk/rdT3RgAQPUEAIDDLTpkGi4YJeV6HKvhZafGZ5fgMSrcJ7jcSAWyq4En8gYOJRMAqL4eAFBraSrJrKqr' +
	'oEsa+bJaVuDbkaxAyFABj7uoOOBx63uQV+ZFwUQyFCT1SHCKLl7gTKS9qSIzj9TLCiu4WLcoIBMpiGSxOaZI5VQQWk8f8LgFuUD9' +
	'biI7FEUqoGmfl7/dAdHL0dCYz+TRPQxlpBgDuQh3yctgv99P+bMWoEYIIQ3z6YDH7ZJ5zkAuXdjIcw2oHXmR4ER6e0OViVzmJvOc' +
	'wCo+L1KJSbkyqa/lPaipV0ImMnQqUpdTzs1cRpP0Uu1yVmHrHZ3IqYRdET6Wu1dWN4E0F7nkgnKeQ7JSi5QO0aUvcXOil1c6PGvw' +
	'ZWi4TeWLBKdB7mCN2TkkHVKlmXX7kNnG28QKriS7xS728fZ89676ykBdlS8fcWVVTFmgujfL5vMqLc6SHdBURIclF9Fr0bx3B5Y3' +
	'7f/j3iuhUossOnqc3hx/Z2Wfh7c5m1hUmUtz9nZLdq+vtTSrg6V9jTXyfXKn/7PL5pjVD6qn8wgziwOgemrogwpfOhjEr2ij0wet' +
	'gzd1WCQ+EsSnYBD/FscwRgdjtdFtg1YMERocU4MlGDYSxIphECuE/ZdHCBzD8QT/8V8JswNNPTKjWND77V4Yo41KH7SeM2kIHD7I' +
	'JMFELWHXEHGxNtbLSh16F5K74MZknTGHYSAD89VV3ZWs26aGxsVwzbxW+IA2cqE6ji1eQ2CRRCnQnInb/+ds9Rw0Y7d2j3HzL5W/' +
	'MrHxElXXUn31wpNv17S91+ObGoj7rOjr8X3N54bp6VbTmYFW7QYtKE1NffzTTQfFdxJhAlynJewb4jHsH42GwCP3hlIhrABacL3x' +
	'p8TrkxOGaxefyNiJP/zFvuGpId3ZFO6T+CN/j7HNz2/G08Doed8Pb1GHbsxF8TN/6LZe++gpv+fq9XFj9MtPT+w5OqNlglgXDGIc' +
	'jmEwfS2md+hr6ExG+r+DKctjiSaY0BnB9SsnEUz8YquXe0uvnGoYUqOn2i9tvXzzza8iR/tf2Em/Ktb5MoLbJ4/+fnDd9/rThZl7' +
	'IaeNXUpIwGnmUdgMm2CDRj/qPWv8hiY+fu2C4dgxQ2B45MVn3ii8tXnL58+errl4IHsSUvChd1Pug2FIuzVWWIGngZPZc8IHX1rl' +
	'rOkTQ6ahsfrtUuz5v9KujNNbss1y2+xxPA38PPCYRP0yt/vA4c7o7h2G6Tpb3cnD3XsYAxE0Dn/4o2irxvAksLYcrrYlcQzPCte/' +
	'FbPcQQ3Ds8PlcMWUVeIYnheujiv2+j20MrxS+G9hxW4Qd/lJ2KojtCooAkQAEwaALlKN/gU=';

it('still writes containers, byte for byte, as the first version did', () => {
	const { objects, hash } = readContainer(inflateRawSync(Buffer.from(written, 'base64')), 'bundle');
	expect([...objects].map(([name, bytes]) => [name, String.fromCharCode(...bytes)])).toEqual([
		['blobs/000000.p7m', 'b'],
		['bundle.p7m', 'a'],
	]);
	expect(hash).toBe('2e66dd29e2f79fc807a98190512f976f4e752b8240cfaaf08e0ed320c13b2d80');
});
