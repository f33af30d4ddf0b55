import { createSecureContext } from 'node:tls';
import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import { repairPem } from '../../kinds/pem';
import { SealboxError } from '../../sealing/error';

type TlsOptions = Record<string, string>;

/** Checked once for all items that use the same credential. */
const checked = new WeakMap<ICredentialDataDecryptedObject, TlsOptions>();

/**
 * n8n's "SSL Certificates" credential as Node's TLS options; empty fields are left out.
 *
 * @throws {@link SealboxError} `ERR_CREDENTIAL_INVALID` for what TLS would fail on with a riddle
 */
export function tlsOptions(data: ICredentialDataDecryptedObject): TlsOptions {
	const known = checked.get(data);
	if (known !== undefined) return known;
	const fields = Object.entries(LABELS).map(([name, label]) => [name, pemOf(data[name], label)]);
	const all = [...fields, ['passphrase', String(data.passphrase ?? '')]];
	const options = Object.fromEntries(all.filter(([, value]) => value !== '')) as TlsOptions;
	assertUsable(options);
	checked.set(data, options);
	return options;
}

const LABELS = { ca: 'CA', cert: 'Certificate', key: 'Private Key' } as const;

/** Line breaks get lost when PEM is pasted into a one-line field. */
function pemOf(value: unknown, label: string): string {
	const text = String(value ?? '').trim();
	if (text === '') return '';
	const repaired = repairPem(text);
	if (repaired !== null) return repaired;
	throw invalid(`${label} is not PEM. Paste it whole, from the BEGIN line to the END line.`);
}

function assertUsable(options: TlsOptions): void {
	try {
		createSecureContext(options);
	} catch {
		throw invalid(
			'Certificate, Private Key and Passphrase do not fit together. Check that they belong to each other.',
		);
	}
}

const invalid = (sentence: string): SealboxError =>
	new SealboxError('ERR_CREDENTIAL_INVALID', `SSL Certificates: ${sentence}`);
