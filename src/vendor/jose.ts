/** jose: JSON Web Tokens and keys. */
export {
	SignJWT,
	base64url,
	createLocalJWKSet,
	errors,
	importJWK,
	importPKCS8,
	jwtVerify,
} from 'jose';
export type { JSONWebKeySet, JWTHeaderParameters, JWTPayload } from 'jose';
