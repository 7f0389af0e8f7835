import { defineConfig } from '@playwright/test';
import { findBrowser } from '../../main/loopback/browser.ts';

/** The window through the loopback host, in the system's Chromium. Each test has a desk, a token and a PKI of its own. */
export default defineConfig({
	testDir: '.',
	testMatch: '*.e2e.ts',
	outputDir: '../../out/e2e',
	// Each test has a browser, a host and a token process, and much of its time is spent waiting for them.
	workers: 2,
	timeout: 60_000,
	// A machine that stalls for seconds is no fault of the window; what needed a second try is told as flaky.
	retries: process.env['CI'] ? 1 : 0,
	expect: { timeout: 15_000, toHaveScreenshot: { maxDiffPixelRatio: 0.004 } },
	reporter: 'list',
	// A picture that still shows the same (but for times and names of keys) is left as it is.
	updateSnapshots: 'changed',
	snapshotPathTemplate: '../../docs/pictures/{arg}{ext}',
	use: {
		locale: 'en-GB',
		timezoneId: 'Europe/Oslo',
		viewport: { width: 1280, height: 800 },
		screenshot: 'only-on-failure',
		launchOptions: {
			...browserPath(),
			args: [
				'--no-sandbox',
				'--disable-gpu',
				'--disable-quic',
				'--no-first-run',
				'--disable-background-networking',
				'--disable-component-update',
				'--disable-sync',
				'--font-render-hinting=none',
			],
		},
	},
});

function browserPath() {
	const executablePath = findBrowser(process.env);
	return executablePath === undefined ? {} : { executablePath };
}
