import { inspect } from 'node:util';
import { runSeal, stopOf, type Trial } from './trial';

/*
 * A field that is dragged from the input into a form becomes an expression for its value. Where the
 * name of a field is asked for, that value must not end up in an error, and the fields that were
 * meant must not stay as they are without a word.
 */

const SECRET = 'tok-7e0b1c9d4f6a42c88d15';
const items = [{ user: { token: SECRET, pin: 735512 }, kind: 'token' }];

const slips: [string, Omit<Trial, 'items'>][] = [
	['Paths', { operation: 'redact', parameters: { fieldsBy: 'path', paths: () => SECRET } }],
	['Names', { operation: 'redact', parameters: { fieldsBy: 'name', names: () => SECRET } }],
	['Names, with a number', { operation: 'mask', parameters: { names: () => 735512 } }],
	['Paths of several', { operation: 'seal', parameters: { names: () => `kind, ${SECRET}` } }],
	[
		'Fields with Secrets',
		{ operation: 'scrub', parameters: { secretsAre: 'plain', sourceFields: () => SECRET } },
	],
];

test.each(slips)('%s that hold the value of a field are refused without it', async (_, trial) => {
	const error = await stopOf({ ...trial, items });
	expect(error.message).toMatch(/is an expression that gives the value of a field/);
	expect(inspect(error, { depth: 9 })).not.toMatch(/7e0b1c|735512/);
});

test('names that an expression rightly gives are taken', async () => {
	const parameters = { fieldsBy: 'name', names: () => 'token' };
	const { items: done } = await runSeal({ operation: 'redact', parameters, items });
	expect(done[0]?.json).toMatchObject({ user: { token: '[redacted]' } });
});

test('a fixed name is taken even if it is also a value', async () => {
	const parameters = { fieldsBy: 'name', names: 'secret' };
	const { items: done } = await runSeal({
		operation: 'redact',
		parameters,
		items: [{ kind: 'secret' }],
	});
	expect(done[0]?.json).toEqual({ kind: 'secret' });
});
