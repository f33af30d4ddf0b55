import type { FailureReason } from './failure';

/** Codes that Node gives to failures of sockets and TLS: what they mean, whoever reports them. */

const NETWORK: Record<string, FailureReason> = {
	ENOTFOUND: 'host-unknown',
	EAI_AGAIN: 'name-service-silent',
	ECONNREFUSED: 'refused',
	EHOSTUNREACH: 'no-route',
	EHOSTDOWN: 'no-route',
	ENETUNREACH: 'no-route',
	ENETDOWN: 'no-route',
	EADDRNOTAVAIL: 'no-route',
	EACCES: 'no-route',
	EPERM: 'no-route',
	ETIMEDOUT: 'timeout',
	ECONNRESET: 'dropped',
	EPIPE: 'dropped',
};

const TLS: Record<string, FailureReason> = {
	CERT_HAS_EXPIRED: 'tls-expired',
	CERT_NOT_YET_VALID: 'tls-expired',
	ERR_TLS_CERT_ALTNAME_INVALID: 'tls-other-name',
	ERR_SSL_UNSUPPORTED_PROTOCOL: 'tls-too-old',
	ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: 'tls-too-old',
	ERR_SSL_NO_CIPHERS_AVAILABLE: 'tls-too-old',
	ERR_SSL_DH_KEY_TOO_SMALL: 'tls-too-old',
	ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: 'tls-identity-refused',
	ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: 'tls-identity-refused',
	ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: 'tls-identity-refused',
	ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN: 'tls-identity-refused',
	ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE: 'tls-failed',
};

/** What Node says about a chain that ends at nobody trusted. */
const UNTRUSTED = new Set([
	'DEPTH_ZERO_SELF_SIGNED_CERT',
	'SELF_SIGNED_CERT_IN_CHAIN',
	'UNABLE_TO_GET_ISSUER_CERT',
	'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
	'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
	'CERT_SIGNATURE_FAILURE',
	'CERT_UNTRUSTED',
	'CERT_REJECTED',
	'INVALID_CA',
	'INVALID_PURPOSE',
]);

/** The meaning of a Node error code, or `null` for one that is not of a socket or of TLS. */
export function reasonOfCode(code: unknown): FailureReason | null {
	if (typeof code !== 'string') return null;
	if (UNTRUSTED.has(code)) return 'tls-untrusted';
	const known = NETWORK[code] ?? TLS[code];
	return known ?? (code.startsWith('ERR_SSL_') || code === 'EPROTO' ? 'tls-failed' : null);
}

/** The `code` of anything thrown. Asks no class: n8n loads nodes in a realm of their own. */
export const codeOf = (error: unknown): unknown => (error as { code?: unknown } | null)?.code;
