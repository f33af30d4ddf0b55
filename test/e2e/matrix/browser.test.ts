import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { chromiumPath, marked, openBrowser, openEditor } from '../../../host/browser.ts';
import { createCanary, search } from '../../../host/canary.ts';
import type { Workflow } from '../../../host/client.ts';
import { connected, readExamples } from '../../../host/examples.ts';
import { sealingKeys } from '../../../host/samples.ts';
import { acceptsBearer } from '../../../host/services/accepts.ts';
import { startService, type Route, type Service } from '../../../host/services/service.ts';
import { describeWith } from '../../servers/required';
import { connect, readHost, sightings } from '../host.ts';

const PICTURES = join('docs', 'images');

describeWith('Chromium', chromiumPath() !== undefined)('the editor in Chromium', () => {
	const client = connect();
	const token = createCanary('token typed into the form');
	let service: Service;
	let browser: Browser;
	let page: Page;

	const whoAmI: Route = (request) =>
		acceptsBearer(token.value)(request)
			? { body: { name: 'Ada', authorization: request.headers.authorization } }
			: { status: 401 };

	beforeAll(async () => {
		service = await startService({
			'/me': whoAmI,
			'/people': () => ({ body: [{ name: 'Ada', email: 'ada@example.com' }] }),
		});
		browser = await openBrowser();
		page = await openEditor(browser, readHost().url);
	});
	afterAll(async () => {
		await browser.close();
		await service.close();
	});

	test('a credential is chosen, filled in, tested and saved in the editor', async () => {
		await chooseCredential(page, 'Sealbox Bearer');
		await fillIn(page, { token: token.value, baseUrl: service.url, testPath: '/me' });
		await marked(page, 'credential-save-button').click();
		const outcome = marked(page, 'credentials-config-container-test-success');
		await outcome.waitFor();
		expect(service.received.map(({ path }) => path)).toContain('/me');
		await takePicture(page, 'credential');
	});

	test('a wrong value is said so in the form, without the value', async () => {
		const wrong = createCanary('wrong token');
		await fillIn(page, { token: wrong.value });
		await marked(page, 'credential-save-button').click();
		const dialog = marked(page, 'credential-edit-dialog');
		await dialog.getByText('More details').click();
		await dialog.getByText('The service refused the credential (401)').waitFor();
		expect(search([wrong], 'form', await page.innerText('body'))).toEqual([]);
	});

	test('a saved secret is not sent back to the browser', async () => {
		await page.goto('/home/credentials');
		await page.getByText('Sealbox Bearer account').first().click();
		await marked(page, 'parameter-input-token').waitFor();
		const shown = await marked(page, 'parameter-input-token').locator('input').inputValue();
		expect(search([token], 'form', shown + (await page.content()))).toEqual([]);
	});

	test('a fresh Sealbox Request asks how to authenticate', async () => {
		await openWorkflow(page, await client.createWorkflow(FRESH));
		await openNode(page, 'Sealbox Request');
		await choose(page, 'authentication', 'Sealbox Credential');
		await choose(page, 'sealboxCredentialType', 'Sealbox Bearer');
		await marked(page, 'node-credentials-select').waitFor();
	});

	test('a workflow runs in the editor and shows the answer without the token', async () => {
		await openWorkflow(page, await client.createWorkflow(await ready('call-an-api.json')));
		await marked(page, 'execute-workflow-button').click();
		await marked(page, 'canvas-node-status-success').first().waitFor();
		await openNode(page, 'Who am I');
		await marked(page, 'output-panel').getByText('authorization').first().waitFor();
		await takePicture(page, 'node');
		expect(search([token], 'page', await page.content())).toEqual([]);
	});

	test('a workflow of two Sealbox nodes runs in the editor', async () => {
		await openWorkflow(page, await client.createWorkflow(await ready('seal-addresses.json')));
		await marked(page, 'execute-workflow-button').click();
		await expect(marked(page, 'canvas-node-status-success').nth(2).waitFor()).resolves.toBe(
			undefined,
		);
		await takePicture(page, 'workflow');
	});

	/** An example with credentials for the service of this test. */
	async function ready(file: string): Promise<Workflow> {
		const keys = sealingKeys();
		const fields = { token: token.value, baseUrl: service.url };
		const example = readExamples().find((one) => one.file === file);
		if (example === undefined) throw new Error(`There is no example ${file}`);
		return connected(example, service.url, {
			sealboxBearerApi: await client.createCredential('My service', 'sealboxBearerApi', fields),
			[keys.type]: await client.createCredential('My keys', keys.type, keys.fields()),
		});
	}

	test('what was typed is nowhere in clear', () => {
		expect(sightings([token], client)).toEqual([]);
	});
});

const FRESH: Workflow = {
	name: 'Fresh node',
	nodes: [
		{
			name: 'Sealbox Request',
			type: 'n8n-nodes-sealbox.sealboxRequest',
			typeVersion: 1,
			parameters: {},
		},
	],
	connections: {},
};

async function openWorkflow(page: Page, id: string): Promise<void> {
	await page.goto(`/workflow/${id}`);
	await marked(page, 'canvas-node').first().waitFor();
}

async function openNode(page: Page, name: string): Promise<void> {
	await marked(page, 'canvas-node').filter({ hasText: name }).dblclick();
	await marked(page, 'node-parameters').waitFor();
}

/** Picks from a drop-down list of the open node. */
async function choose(page: Page, parameter: string, option: string): Promise<void> {
	await marked(page, `parameter-input-${parameter}`).click();
	await page.getByRole('option', { name: option }).filter({ visible: true }).first().click();
}

async function chooseCredential(page: Page, displayName: string): Promise<void> {
	await page.goto('/home/credentials/create');
	const search = marked(page, 'new-credential-type-select').locator('input');
	await search.click();
	await search.fill(displayName);
	const option = marked(page, 'new-credential-type-select-option').filter({ hasText: displayName });
	await option.filter({ visible: true }).first().click();
	await marked(page, 'new-credential-type-button').click();
	await marked(page, 'credential-edit-dialog').waitFor();
}

async function fillIn(page: Page, fields: Record<string, string>): Promise<void> {
	for (const [name, value] of Object.entries(fields)) {
		await marked(page, `parameter-input-${name}`).locator('input').fill(value);
	}
}

/** Pictures for the documentation are taken when asked for: SEALBOX_PICTURES=1. */
async function takePicture(page: Page, name: string): Promise<void> {
	if (process.env.SEALBOX_PICTURES !== '1') return;
	mkdirSync(PICTURES, { recursive: true });
	await page.addStyleTag({ content: '.el-notification { display: none !important }' });
	await page.mouse.move(0, 0);
	await page.waitForTimeout(500);
	await page.screenshot({ path: join(PICTURES, `${name}.png`) });
}
