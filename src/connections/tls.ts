import { TLSSocket } from 'node:tls';
import type { Duplex } from 'node:stream';
import type { DatabaseFields } from '../kinds/database';
import { repairPem } from '../kinds/pem';
import { readPrivateKeyPem } from '../kinds/privateKeyPem';

/** What of `tls.connect` a credential decides. */
export interface TlsOptions {
	minVersion: 'TLSv1.2';
	rejectUnauthorized: boolean;
	ca?: string;
	cert?: string;
	key?: string;
}

/** What may be said about the protection of a connection; holds no text that a server chose. */
export interface TlsFacts {
	encrypted: boolean;
	/** Whether the certificate was checked and is good for the host. */
	verified: boolean;
	/** For instance `TLSv1.3`. */
	protocol?: string;
	/** OpenSSL's name, for instance `TLS_AES_256_GCM_SHA384`. */
	cipher?: string;
	/** ISO 8601, UTC. */
	certificateExpires?: string;
}

/** How TLS is to be set up for a database, or `null` when it is off. */
export function tlsOptionsOf(fields: DatabaseFields): TlsOptions | null {
	const { tls, ca, clientCertificate, clientPrivateKey } = fields;
	if (tls === 'off') return null;
	const ownCa = tls === 'verifyCa' || tls === 'clientCertificate' ? repairPem(ca) : null;
	return {
		minVersion: 'TLSv1.2',
		rejectUnauthorized: tls !== 'unverified',
		...(ownCa === null ? {} : { ca: ownCa }),
		...(tls === 'clientCertificate'
			? { cert: repairPem(clientCertificate) ?? '', key: keyIn(clientPrivateKey) }
			: {}),
	};
}

export function tlsFactsOf(socket: Duplex): TlsFacts {
	if (!(socket instanceof TLSSocket)) return { encrypted: false, verified: false };
	const expires = Date.parse(socket.getPeerCertificate().valid_to);
	return {
		encrypted: true,
		verified: socket.authorized,
		protocol: socket.getProtocol() ?? 'unknown',
		cipher: socket.getCipher().name,
		...(Number.isNaN(expires) ? {} : { certificateExpires: new Date(expires).toISOString() }),
	};
}

/** Empty when there is none, which TLS then refuses. */
function keyIn(text: string): string {
	const read = readPrivateKeyPem(text);
	return 'key' in read ? read.key.export({ type: 'pkcs8', format: 'pem' }).toString() : '';
}
