import { wrapMethod, type Class, type Host } from '../guard/host';

/** A token as n8n's OAuth2 client holds it. */
interface ClientToken {
	readonly accessToken: string;
	readonly data: object;
	readonly client: { createToken(data: object): unknown };
}

/**
 * When an API refuses a token, n8n renews it by itself, in HTTP Request and in nodes of services. For a token
 * that Sealbox gave, it is made to ask Sealbox.
 *
 * @param renewed - the next token after one that was refused; `null` for one that is not ours
 */
export function renewThroughSealbox(
	host: Host,
	renewed: (refused: string) => Promise<string | null>,
): void {
	const prototype = clientTokenOrNull(host);
	if (prototype === null) return;
	wrapMethod(prototype, 'refresh', (refresh) => {
		return async function (this: unknown, ...args: unknown[]) {
			const { accessToken, client, data } = this as ClientToken;
			const next = await renewed(accessToken);
			if (next === null) return await refresh.apply(this, args);
			return client.createToken({ ...data, access_token: next });
		};
	});
}

/** `null` in an n8n that renews in another way: tokens are renewed before they end all the same. */
function clientTokenOrNull(host: Host): Class['prototype'] | null {
	try {
		const { ClientOAuth2Token } = host.package<Record<string, Class>>('@n8n/client-oauth2');
		const prototype = ClientOAuth2Token?.prototype;
		return typeof prototype?.refresh === 'function' ? prototype : null;
	} catch {
		// There is no such package.
		return null;
	}
}
