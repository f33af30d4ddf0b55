/**
 * Walks through login and consent as a person in a browser would.
 *
 * @returns where the authorization server sends the browser in the end: the client's callback
 */
export async function consentTo(authorizationUrl: string): Promise<string> {
	const { origin } = new URL(authorizationUrl);
	const jar = new Map<string, string>();
	let next = await visit(authorizationUrl, jar);
	while (next.startsWith(origin)) {
		const isInteraction = next.includes('/interaction/');
		next = isInteraction ? await submitPrompt(next, jar) : await visit(next, jar);
	}
	return next;
}

async function submitPrompt(interactionUrl: string, jar: Map<string, string>): Promise<string> {
	const page = await send(interactionUrl, jar);
	const prompt = /name="prompt" value="(\w+)"/.exec(await page.text())?.[1] ?? '';
	const form = new URLSearchParams({ prompt, login: 'somebody', password: 'anything' });
	return locationOf(await send(interactionUrl, jar, { method: 'POST', body: form }));
}

const visit = async (url: string, jar: Map<string, string>) => locationOf(await send(url, jar));

async function send(
	url: string,
	jar: Map<string, string>,
	init: RequestInit = {},
): Promise<Response> {
	const cookie = [...jar].map((pair) => pair.join('=')).join('; ');
	const response = await fetch(url, { ...init, headers: { cookie }, redirect: 'manual' });
	for (const line of response.headers.getSetCookie()) {
		const [, name, value] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
		if (name !== undefined) jar.set(name, value);
	}
	return response;
}

function locationOf(response: Response): string {
	const location = response.headers.get('location');
	if (location === null) throw new Error(`The authorization server answered ${response.status}`);
	return new URL(location, response.url).href;
}
