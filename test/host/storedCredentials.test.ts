import type { IExecuteFunctions } from 'n8n-workflow';
import { StoredCredentials } from '../../src/host/storedCredentials';

const DATA = { value: 'a secret' };
const named = (type: string) => ({ id: 'c1', name: 'Partner', type });

/** The inside of an execution in an n8n that keeps some types to the nodes of their package. */
function inside(more: object = {}) {
	const written: unknown[] = [];
	const credentialsHelper = {
		isCredentialUsableByNode: (type: string) => type === 'httpHeaderAuth',
		getDecrypted: async (...args: unknown[]) => {
			const isRaw = args[5] === true;
			return await Promise.resolve(isRaw ? DATA : { value: 'resolved' });
		},
		getCredentialsEntity: async () => await Promise.resolve({ updatedAt: new Date(5_000) }),
		updateCredentials: async (...args: unknown[]) => {
			written.push(args);
			await Promise.resolve();
		},
		...more,
	};
	const context = {
		additionalData: { credentialsHelper },
		node: { type: 'n8n-nodes-sealbox.sealboxHost' },
		mode: 'trigger',
	};
	return { stored: new StoredCredentials(context as unknown as IExecuteFunctions), written };
}

test.each([
	['httpHeaderAuth', DATA],
	['sealboxWebhookApi', DATA],
	['theirRestrictedApi', null],
])(
	'a credential of the type %s is read as it is stored, unless another package keeps it',
	async (type, data) => {
		expect(await inside().stored.readOrNull(named(type))).toEqual(data);
	},
);

test('what this n8n does not have, or does not give, is null', async () => {
	const missing = inside({ getDecrypted: () => Promise.reject(new Error('no such credential')) });
	expect(await missing.stored.readOrNull(named('httpHeaderAuth'))).toBeNull();
	const gone = inside({ getCredentialsEntity: () => Promise.reject(new Error('gone')) });
	expect(await gone.stored.changedAtOrNull(named('httpHeaderAuth'))).toBeNull();
	const older = inside({ getCredentialsEntity: undefined });
	expect(await older.stored.changedAtOrNull(named('httpHeaderAuth'))).toBeNull();
	const outside = new StoredCredentials({} as IExecuteFunctions);
	expect(await outside.readOrNull(named('httpHeaderAuth'))).toBeNull();
});

test('what was read is put back under its own id and type', async () => {
	const { stored, written } = inside();
	await stored.restore(named('httpHeaderAuth'), DATA);
	expect(written).toEqual([[{ id: 'c1', name: 'Partner' }, 'httpHeaderAuth', DATA]]);
	expect(await stored.changedAtOrNull(named('httpHeaderAuth'))).toBe(5_000);
});
