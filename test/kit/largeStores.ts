/** What a service with many instances is configured with: PostgreSQL, and a bucket. */
import { Postgres } from './postgres.ts';
import type { PostingSceneOptions } from './postingScene.ts';
import { S3Server } from './s3Server.ts';

/** @param ends takes both down. */
export async function largeStores(ends: AsyncDisposableStack): Promise<PostingSceneOptions> {
	const postgres = ends.use(await Postgres.start());
	const s3 = ends.use(await S3Server.start());
	const { endpoint, region, bucket } = s3.settings();
	const keys = { accessKeyIdEnv: 'SCENE_S3_ID', secretAccessKeyEnv: 'SCENE_S3_SECRET' };
	return {
		config: {
			database: { kind: 'postgres', url: await postgres.database() },
			blobs: { kind: 's3', endpoint, region, bucket, ...keys },
		},
		env: { SCENE_S3_ID: 'S3RVER', SCENE_S3_SECRET: 'S3RVER' },
	};
}
