import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { Answer } from '../../src/http/answer';
import type { HttpRequest } from '../../src/http/message';
import {
	CredentialBox,
	type Credential,
	type CredentialType,
} from '../../src/host/request/credential';
import { Secrets } from '../../src/host/request/found';
import { presignedUrl, type PresignRules } from '../../src/host/request/presign';
import { noteDenial } from '../../src/host/denials';
import { tlsOptions } from '../../src/host/request/tls';
import { SealboxError } from '../../src/sealing/error';
import { chosenType } from './chosenType';
import { failureOf, type Failure } from './failure';
import { fetchAnswers } from './fetch';
import { itemsOf, presignedItem } from './items';
import { Parameters } from '../parameters';
import { requestOf } from './request';
import { settingsOf, type Settings } from './settings';

const SSL_TYPE: CredentialType = { name: 'httpSslAuth', way: 'generic' };

/** One run of the node: what its items share. */
export class Run {
	readonly parameters: Parameters;
	readonly #credentials: CredentialBox;

	constructor(readonly context: IExecuteFunctions) {
		this.parameters = new Parameters(context);
		this.#credentials = new CredentialBox(context);
	}

	/** The items that come of one input item, or why there are none. Never rejects. */
	async fetch(item: number): Promise<INodeExecutionData[] | Failure> {
		const secrets = new Secrets();
		let request: HttpRequest | undefined;
		try {
			const settings = settingsOf(this.parameters, item);
			request = requestOf(this.parameters, item);
			if (settings.presign) return [await this.#presign(item, request, settings.presign, secrets)];
			const answers = await this.#answers(item, request, settings, secrets);
			const items = answers.map(
				async (answer) => await itemsOf(this.context, secrets.scrub(answer), settings, item),
			);
			return (await Promise.all(items)).flat();
		} catch (error) {
			noteDenial(error, typeName(this.parameters), this.context);
			const failure = failureOf(error, request);
			return { ...failure, message: secrets.scrubText(failure.message) };
		}
	}

	async #presign(item: number, request: HttpRequest, rules: PresignRules, secrets: Secrets) {
		const credential = await this.#open(chosenType(this.parameters), item, secrets);
		return presignedItem(await presignedUrl(this.context, credential, request, rules), item);
	}

	async #answers(
		item: number,
		request: HttpRequest,
		settings: Settings,
		secrets: Secrets,
	): Promise<Answer[]> {
		const credential = await this.#open(chosenType(this.parameters), item, secrets);
		const usesSsl = this.parameters.get('provideSslCertificates', item, false);
		const ssl = usesSsl ? await this.#open(SSL_TYPE, item, secrets) : null;
		const tls = ssl && tlsOptions(ssl.data);
		assertProxy(settings, request, credential, tls);
		return await fetchAnswers({
			context: this.context,
			parameters: this.parameters,
			item,
			request,
			settings,
			credential,
			secrets,
			...(tls && { tls }),
		});
	}

	async #open(type: CredentialType | null, item: number, secrets: Secrets) {
		if (type === null) return null;
		const credential = await this.#credentials.open(type, item).catch(notOpened);
		secrets.use(credential);
		return credential;
	}
}

/** Empty where no type is chosen: then nothing was denied to a credential. */
function typeName(parameters: Parameters): string {
	try {
		return chosenType(parameters)?.name ?? '';
	} catch {
		return '';
	}
}

/** The host's own message may quote the value of an expression, so that it is not repeated. */
function notOpened(error: unknown): never {
	if (error instanceof SealboxError) throw error;
	throw new SealboxError(
		'ERR_CREDENTIAL_INVALID',
		'The credential could not be opened. Choose it again in the node, and check the expressions in its fields.',
	);
}

/** A proxy reads everything that is not encrypted, and it is the node that names it. */
function assertProxy(
	settings: Settings,
	{ url }: HttpRequest,
	credential: Credential | null,
	tls: Record<string, string> | null,
): void {
	if (settings.proxy === '' || credential === null) return;
	// An authority that the node brings along may be the one that the proxy signs with.
	if (url.protocol === 'https:' && !settings.ignoreTls && !tls?.ca) return;
	throw new SealboxError(
		'ERR_DESTINATION_REFUSED',
		'With a proxy, a credential is sent over verified https only, where the proxy cannot read it. Use an https URL without a CA or Ignore SSL Issues, or take out the Proxy option.',
	);
}
