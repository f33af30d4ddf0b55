import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One of the vectors of webhook-vectors.json. */
export interface SignatureVector {
	id: string;
	scheme: string;
	secret?: string;
	secrets?: string[];
	method?: string;
	url?: string;
	headers: Record<string, string | string[]>;
	verify_at_unix?: number;
	body_base64: string;
	expected: string;
}
export interface MessageVector {
	id: string;
	key_material: string;
	keyid: string;
	algorithm: string;
	start_line: string;
	headers: Record<string, string>;
	body_base64: string;
	signature_base: string;
}
export interface JwsVector {
	id: string;
	algorithm: string;
	jwk: Record<string, string> | null;
	token: string;
}
interface Vectors {
	signature_vectors: SignatureVector[];
	rfc9421_vectors: MessageVector[];
	jws_vectors: JwsVector[];
	primitive_vectors: {
		id: string;
		algorithm: string;
		key_hex: string;
		data_hex: string;
		expected_hex: string;
	}[];
}

export const vectors = JSON.parse(
	readFileSync(join(__dirname, 'vectors/webhook-vectors.json'), 'utf8'),
) as Vectors;

/** The request of a vector, and the clock by which it is fresh. */
export const requestOf = (vector: SignatureVector) => ({
	method: vector.method ?? 'POST',
	url: vector.url ?? 'https://hooks.example.com/in',
	headers: vector.headers,
	rawBody: Buffer.from(vector.body_base64, 'base64'),
});
export const secretsOf = ({ secret, secrets }: SignatureVector): string[] =>
	secrets ?? [secret ?? ''];
export const clockOf = ({ verify_at_unix: at = 0 }: SignatureVector) => ({ now: () => at * 1000 });

export const vectorNamed = (id: string): SignatureVector => {
	const found = vectors.signature_vectors.find((vector) => vector.id === id);
	if (found === undefined) throw new Error(`there is no vector ${id}`);
	return found;
};
