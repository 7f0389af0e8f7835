/** Packages the app: what goes in, and what its Electron may do. Installers are made from it by electron-builder.yml. */

import { FuseV1Options, FuseVersion } from '@electron/fuses';
import { FusesPlugin } from '@electron-forge/plugin-fuses';
import { buildDesktop } from './build/desktop.ts';
import { isPacked } from './build/packedFiles.ts';

export default {
	outDir: 'out',
	packagerConfig: {
		name: 'Paraph',
		executableName: 'paraph',
		appBundleId: 'eu.paraph.desktop',
		appCategoryType: 'public.app-category.business',
		// Drivers' binding is loaded by the system's own loader, which cannot look into an archive.
		asar: { unpack: '**/*.node' },
		prune: true,
		ignore: (path: string) => !isPacked(path),
		// The app is signed where the identity of the publisher is at hand, by electron-builder.
	},
	hooks: {
		// What is packed is what the sources say now.
		prePackage: () => buildDesktop(import.meta.dirname),
	},
	plugins: [
		new FusesPlugin({
			version: FuseVersion.V1,
			// A fuse that a later Electron brings must be decided on here before the app is packaged with it.
			strictlyRequireAllFuses: true,
			// The signed app must not be a Node for whoever finds it: its signature would vouch for their script.
			[FuseV1Options.RunAsNode]: false,
			// Nothing is kept in cookies today; what may be tomorrow is encrypted by the system's key ring.
			[FuseV1Options.EnableCookieEncryption]: true,
			// NODE_OPTIONS could load code into the process that starts drivers.
			[FuseV1Options.EnableNodeOptionsEnvironmentVariable]: false,
			// Nor may --inspect open it to whoever can start it.
			[FuseV1Options.EnableNodeCliInspectArguments]: false,
			// The archive's digest is in the signed executable: changed code does not run (macOS, Windows).
			[FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: true,
			// Otherwise a folder `app` beside the archive would be run instead, unchecked.
			[FuseV1Options.OnlyLoadAppFromAsar]: true,
			// There is one snapshot, and pages do not need the main process's.
			[FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
			// Pages come from app://, files are read by the main process: file:// needs no privileges.
			[FuseV1Options.GrantFileProtocolExtraPrivileges]: false,
		}),
	],
};
