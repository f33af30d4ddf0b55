/**
 * What the name of a field says about its value. The last word counts: `accessTokenUrl` is an
 * address, `tokenType` a type, `vendorAuthCode` a code.
 */

/** Words that say how a value is written down or which of several it is, not what it is. */
const CARRIERS = new Set(
	`value values content contents text string raw base64 b64 pem encoded json data primary secondary
	current previous old new default live test prod production sandbox plain hash`.split(/\s+/),
);

const SECRET =
	/(?:pass|password|passwd|pwd|pw|passphrase|passcode|secret|token|cookie|jwt|credential|signature|assertion|wallet|mnemonic|authorization|bearer|otp|apikey|authkey|writekey)s?$/;
const KEY = /keys?$/;
/** In front of `key`: what anybody may know. */
const OPEN_KEYS = new Set(
	'public pub publishable partition sort foreign row cache object'.split(' '),
);
/** In front of `code` and `pin`. */
const SECRET_CODES = new Set('auth authorization access security backup recovery card'.split(' '));

/** What a value is that anybody may know. */
const PUBLIC = new Set(
	`accept account accounts actor address addresses agent algorithm app application at attempts
	aud audience authentication boolean branch broker brokers bucket ca catalog cert certificate
	certificates channel charset claims class client cluster collection collections color company
	connection connections control count country currency database databases date db default
	definitions defs description dialect dimension directory disabled dn docs domain domains
	driver email emails enabled encoding endpoint endpoints engine env environment exp
	expiration expires expiry family fingerprint folder format forwarded from group groups help
	hint host hostname hosts iat id identifier ids in index instance interval iss issuer
	keyspace kind label labels lang language length limit locale location login mail max method
	methods min mode model name names namespace node number offset on optional order org
	organisation organization origin origins os owner package page parallel path per permission
	permissions pkce plan platform pool port ports prefix principal priority product profile
	project properties protocol provider proxy queue realm referer referrer region registry
	repository required resource resources retries role roles root schema scheme scope scopes
	selector sender server servers service site size source ssl stage state status store style
	sub subdomain subject suffix table tables team template tenant thumbprint time timeout
	timestamp timezone title tls to topic type types tz unit uri uris url urls usage user
	username users uuid vendor version versions vhost visible warehouse with workspace zone`.split(
		/\s+/,
	),
);

/** More than two words are never looked at. */
const LONGEST_NAME = 80;

const wordsOf = (name: string): string[] =>
	name
		.slice(-LONGEST_NAME)
		.replace(/([a-z\d])([A-Z])/g, '$1 $2')
		.replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
		.toLowerCase()
		.split(/[^a-z\d]+/)
		.map((word) => word.replace(/(?<=[a-z])\d+$/, ''))
		.filter((word) => word !== '');

/** The name calls the value a secret: `password`, `apiKey`, `X-Auth-Token`. */
export function isSecretName(name: string): boolean {
	const words = wordsOf(name);
	while (words.length > 1 && CARRIERS.has(words.at(-1) ?? '')) words.pop();
	const [before = '', last = ''] = words.length > 1 ? words.slice(-2) : ['', words[0]];
	if (KEY.test(last)) return !OPEN_KEYS.has(before);
	if (/^(?:code|pin)s?$/.test(last)) return SECRET_CODES.has(before);
	if (last === 'id') return before === 'session';
	// Whoever knows the address of an incoming webhook may use it.
	if (/^ur[il]$/.test(last)) return before === 'webhook';
	return SECRET.test(last);
}

/** The name says that the value may be known: `host`, `userName`, `Content-Type`, `expires_in`. */
export function isPublicName(name: string): boolean {
	if (isSecretName(name)) return false;
	const words = wordsOf(name);
	const last = words.at(-1) ?? '';
	return PUBLIC.has(last) || KEY.test(last) || (last === 'code' && words.length > 1);
}
