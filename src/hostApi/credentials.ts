import { SealboxError } from '../sealing/error';
import { path, type HostApi, type Json, type Range } from './client';

/** Credentials through n8n's public API: what they are called and where they belong, never what is in them. */

export interface CredentialView {
	readonly id: string;
	readonly name: string;
	readonly type: string;
	readonly isManaged?: boolean;
	readonly isResolvable?: boolean;
	readonly [more: string]: unknown;
}

/** What n8n's own test of a credential said. */
export type TestOutcome = 'passed' | 'refused' | 'untested';

const SUBJECT = 'The credential';

export async function listCredentials(
	api: HostApi,
	{ type = '', ...range }: Range & { readonly type?: string },
): Promise<Json[]> {
	if (type === '') return await api.list({ path: '/credentials', subject: 'The list' }, range);
	const { skip = 0, limit = Infinity } = range;
	const found: Json[] = [];
	for await (const entry of api.each({ path: '/credentials', subject: 'The list' })) {
		if (entry.type === type) found.push(entry);
		if (found.length >= skip + limit) break;
	}
	return found.slice(skip, skip + limit);
}

export const getCredential = async (api: HostApi, id: string): Promise<CredentialView> =>
	(await api.ask({ path: path`/credentials/${id}`, subject: SUBJECT })) as CredentialView;

export const createCredential = async (
	api: HostApi,
	credential: { name: string; type: string; data: Json; projectId?: string },
): Promise<CredentialView> =>
	(await api.ask({
		method: 'POST',
		path: '/credentials',
		body: credential,
		subject: SUBJECT,
	})) as CredentialView;

/** Changes the name, some fields, or both; what is not named stays as it is. */
export const updateCredential = async (
	api: HostApi,
	id: string,
	{ name, data }: { name?: string; data?: Json },
): Promise<CredentialView> =>
	(await api.ask({
		method: 'PATCH',
		path: path`/credentials/${id}`,
		body: { ...(name && { name }), ...(data && { data, isPartialData: true }) },
		subject: SUBJECT,
	})) as CredentialView;

export const deleteCredential = async (api: HostApi, id: string): Promise<Json> =>
	await api.ask({ method: 'DELETE', path: path`/credentials/${id}`, subject: SUBJECT });

export const transferCredential = async (api: HostApi, id: string, projectId: string) =>
	await api.ask({
		method: 'PUT',
		path: path`/credentials/${id}/transfer`,
		body: { destinationProjectId: projectId.trim() },
		subject: SUBJECT,
	});

/** n8n's word for a type that nobody has written a test for. */
const NO_TEST = /^No testing function found/;

/** Has n8n test a stored credential. The message of the service is not passed on: it may quote what it was sent. */
export async function testCredential(api: HostApi, id: string): Promise<TestOutcome> {
	const { status, message } = await api.ask({
		method: 'POST',
		path: path`/credentials/${id}/test`,
		body: {},
		subject: SUBJECT,
	});
	if (status === 'OK') return 'passed';
	return NO_TEST.test(String(message)) ? 'untested' : 'refused';
}

/** Types of the fields of a credential type, as n8n knows them: `string`, `number`, `boolean` and others. */
export async function fieldTypesOf(api: HostApi, type: string): Promise<Map<string, string>> {
	const { properties } = await api.ask({
		path: path`/credentials/schema/${type}`,
		subject: 'The credential type',
	});
	return new Map(
		Object.entries((properties ?? {}) as Record<string, { type?: unknown }>).map(
			([name, property]) => [name, String(property.type)],
		),
	);
}

/** Values in the types that n8n asks for: a form's text becomes a number or a boolean. @throws `ERR_VALUE_INVALID` */
export function typed(data: Json, types: ReadonlyMap<string, string>): Json {
	return Object.fromEntries(
		Object.entries(data).map(([name, value]) => [name, inType(name, value, types.get(name))]),
	);
}

function inType(name: string, value: unknown, type: string | undefined): unknown {
	if (type === undefined) {
		throw new SealboxError(
			'ERR_VALUE_INVALID',
			`Credentials of this type have no field ${name}. Write its name as n8n's API has it, for instance value or apiKey.`,
		);
	}
	if (type === 'string' && typeof value === 'number') return String(value);
	if (typeof value !== 'string') return value;
	if (type === 'number' && value.trim() !== '' && Number.isFinite(Number(value))) {
		return Number(value);
	}
	if (type === 'boolean' && /^(true|false)$/.test(value)) return value === 'true';
	return value;
}
