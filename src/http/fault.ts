/** Faults that happen before a byte of the request has left: repeating is safe for every method. */
const BEFORE_SENDING = new Set([
	'ECONNREFUSED',
	'ENOTFOUND',
	'EAI_AGAIN',
	'EHOSTUNREACH',
	'ENETUNREACH',
	'ENETDOWN',
	'UND_ERR_CONNECT_TIMEOUT',
]);

const AFTER_SENDING = new Set([
	'ECONNRESET',
	'ECONNABORTED',
	'EPIPE',
	'ETIMEDOUT',
	'ERR_STREAM_PREMATURE_CLOSE',
]);

const TRUST = 'Make its authority known to n8n with NODE_EXTRA_CA_CERTS.';

const SENTENCES: Record<string, string> = {
	ECONNREFUSED:
		'refused the connection. Check that the service runs and that host and port are right.',
	ENOTFOUND: 'cannot be found by its host name. Check it for typing errors.',
	EAI_AGAIN: 'could not be looked up. Check the DNS of the machine that runs n8n.',
	ECONNRESET: 'closed the connection before it had answered.',
	ECONNABORTED: 'took too long to answer. Raise the Timeout option, or try again later.',
	ETIMEDOUT: 'took too long to answer. Raise the Timeout option, or try again later.',
	EHOSTUNREACH: 'cannot be reached from the machine that runs n8n.',
	ENETUNREACH: 'cannot be reached from the machine that runs n8n.',
	ERR_CANCELED: 'was not called, because the execution was cancelled.',
	DEPTH_ZERO_SELF_SIGNED_CERT: `has a self-signed certificate. ${TRUST}`,
	SELF_SIGNED_CERT_IN_CHAIN: `has a certificate that is signed by an unknown authority. ${TRUST}`,
	UNABLE_TO_VERIFY_LEAF_SIGNATURE: `has a certificate that is signed by an unknown authority. ${TRUST}`,
	CERT_HAS_EXPIRED: 'has a certificate that has expired. Ask its operator to renew it.',
	ERR_TLS_CERT_ALTNAME_INVALID:
		'has a certificate for another host name. Use the name that the certificate is for.',
	EPROTO: 'does not speak TLS as expected. Check whether the URL should begin with http or https.',
};

/**
 * No answer came. Holds the operating system's code and nothing else: what the client library
 * attaches (headers, body, URL) stays behind.
 */
export class Fault extends Error {
	constructor(readonly code: string) {
		super(code);
		this.name = 'Fault';
	}

	/** Another try may succeed. A certificate or protocol fault stays what it is. */
	get isTransient(): boolean {
		return this.isBeforeSending || AFTER_SENDING.has(this.code);
	}

	/** The service cannot have acted on the request. */
	get isBeforeSending(): boolean {
		return BEFORE_SENDING.has(this.code);
	}

	/** The end of a sentence that begins with the host. */
	get sentence(): string {
		return SENTENCES[this.code] ?? `could not be called (${this.code}).`;
	}
}
