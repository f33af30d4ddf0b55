import { existsSync } from 'node:fs';
import { chromium, type Browser, type Page } from 'playwright-core';
import { OWNER } from './client.ts';

/** Where Debian and its kin put Chromium; `CHROME_BIN` names another one. */
const PLACES = [process.env.CHROME_BIN, '/usr/bin/chromium', '/usr/bin/chromium-browser'];

export const chromiumPath = (): string | undefined =>
	PLACES.find((path) => path !== undefined && existsSync(path));

/** Nothing but the page itself may use the network, and root may run it. */
const FLAGS = [
	'--no-sandbox',
	'--disable-gpu',
	'--disable-quic',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
];

export const openBrowser = (): Promise<Browser> =>
	chromium.launch({ executablePath: chromiumPath(), headless: true, args: FLAGS });

/** Opens n8n's editor in a fresh profile, logged in as the owner. */
export async function openEditor(browser: Browser, url: string): Promise<Page> {
	const page = await browser.newPage({ baseURL: url, viewport: { width: 1280, height: 800 } });
	await page.goto('/signin');
	await page.fill('input[name=emailOrLdapLoginId]', OWNER.email);
	await page.fill('input[name=password]', OWNER.password);
	await page.getByRole('button', { name: 'Sign in' }).click();
	await page.waitForURL((at) => !at.pathname.includes('signin'));
	return page;
}

/** The element that n8n itself marks for tests. */
export const marked = (page: Page, testId: string) => page.locator(`[data-test-id="${testId}"]`);
