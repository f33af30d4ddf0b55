/** jose: JSON Web Tokens and keys. */
export { SignJWT, base64url, importJWK, importPKCS8 } from 'jose';
