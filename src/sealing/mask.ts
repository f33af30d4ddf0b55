/** How much of a value a mask may show. */
export interface MaskOptions {
	/**
	 * `none` (default) shows nothing. `ends` shows the public prefix and the last four characters of
	 * long platform keys, as their vendors do, and nothing of anything else.
	 */
	reveal?: 'none' | 'ends';
}

/** Shown for every value, whatever its content and length. */
const MASK = '••••••••';

/** Prefixes that platforms put before their keys; they name vendor and type, and are no secret. */
const PUBLIC_PREFIXES = [
	'AIza',
	'AQ.',
	'SG.',
	'ghp_',
	'gho_',
	'ghr_',
	'ghs_',
	'ghu_',
	'github_pat_',
	'glcbt-',
	'gldt-',
	'glpat-',
	'glptt-',
	'glrt-',
	'gsk_',
	'hf_',
	'npm_',
	'ntn_',
	'pat-eu1-',
	'pat-na1-',
	'pk_live_',
	'pk_test_',
	'r8_',
	'rk_live_',
	'rk_test_',
	'rpa_',
	'shpat_',
	'shpca_',
	'shppa_',
	'sk-',
	'sk-admin-',
	'sk-ant-admin01-',
	'sk-ant-api03-',
	'sk-or-v1-',
	'sk-proj-',
	'sk-service-',
	'sk-svcacct-',
	'sk_live_',
	'sk_test_',
	'tgp_v1_',
	'wandb_v1_',
	'xai-',
	'xapp-',
	'xoxb-',
	'xoxe-',
	'xoxe.xoxb-',
	'xoxe.xoxp-',
	'xoxp-',
].sort((a, b) => b.length - a.length);

/** With 24 characters or more behind the prefix, the four shown leave 20 that nobody can guess. */
const LEAST_HIDDEN_AND_SHOWN = 24;
const SHOWN_AT_END = 4;

/**
 * A stand-in for a value at the point of display: of fixed shape, so it tells neither content nor
 * length.
 */
export function mask(value: string, { reveal = 'none' }: MaskOptions = {}): string {
	return reveal === 'ends' ? (endsOf(value) ?? MASK) : MASK;
}

/** Whether a value is beyond doubt a key of one of those platforms, in whatever field it stands. */
export const isPlatformKey = (value: string): boolean => endsOf(value) !== null;

/** `sk-proj-…wxyz`, or `null` for whatever is not a long platform key. */
function endsOf(value: unknown): string | null {
	if (typeof value !== 'string' || !/^[A-Za-z0-9._-]+$/.test(value)) return null;
	const prefix = PUBLIC_PREFIXES.find((known) => value.startsWith(known));
	if (prefix === undefined || value.length - prefix.length < LEAST_HIDDEN_AND_SHOWN) return null;
	return `${prefix}…${value.slice(-SHOWN_AT_END)}`;
}
