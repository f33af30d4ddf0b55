import { TokenFailure, classOfCode, classOfStatus, safeCode, type FailureClass } from './failure';
import type { TokenAnswer } from './http';
import type { Holding, Issued, Oddity } from './issued';
import { lifeOf } from './life';

/** What a service is known to do differently from RFC 6749. */
export interface AnswerRules {
	/** The unit of `expires_in`, in milliseconds; 1,000 by the standard. */
	readonly expiresInUnitMs?: number;
	/** The life of a token when nothing tells it; `null`: it is used until it is refused. */
	readonly fallbackLifeMs: number | null;
}

const FORM = /^application\/x-www-form-urlencoded\b/i;

/**
 * Reads the answer of a token endpoint, RFC 6749 sections 5.1 and 5.2, with what services in use get wrong.
 *
 * @throws {@link TokenFailure}
 */
export function readAnswer(answer: TokenAnswer, holding: Holding, rules: AnswerRules): Issued {
	const fields = fieldsIn(answer);
	const error = typeof fields?.error === 'string' ? fields.error : undefined;
	const isGood = answer.status >= 200 && answer.status < 300;
	if (!isGood || error !== undefined) throw failureOf(answer, error);
	if (fields === null || typeof fields.access_token !== 'string' || fields.access_token === '') {
		throw new TokenFailure('ambiguous', { code: 'no_token_in_answer', skewMs: answer.skewMs });
	}
	return issuedFrom(fields, fields.access_token, answer, holding, rules);
}

function issuedFrom(
	fields: Record<string, unknown>,
	accessToken: string,
	{ startedAtMs }: TokenAnswer,
	holding: Holding,
	rules: AnswerRules,
): Issued {
	const life = lifeOf(fields.expires_in, accessToken, startedAtMs, {
		unitMs: rules.expiresInUnitMs,
		fallbackMs: holding.lifeMs ?? rules.fallbackLifeMs,
	});
	const { refresh_token: refreshToken, token_type: type, scope } = fields;
	const hasToken = typeof refreshToken === 'string' && refreshToken !== '';
	const oddities: Oddity[] = [...life.oddities];
	if ('refresh_token' in fields && !hasToken) oddities.push('refresh token empty');
	if (typeof scope === 'string' && isNarrower(scope, holding.scope)) oddities.push('scope reduced');
	const refreshSeconds = Number(fields.refresh_token_expires_in ?? fields.refresh_expires_in);
	return {
		accessToken,
		tokenType:
			typeof type === 'string' && /^bearer$/i.test(type) ? 'Bearer' : String(type ?? 'Bearer'),
		...(hasToken ? { refreshToken } : {}),
		obtainedAtMs: startedAtMs,
		expiresAtMs: life.expiresAtMs,
		...(refreshSeconds > 0 ? { refreshExpiresAtMs: startedAtMs + refreshSeconds * 1_000 } : {}),
		...(typeof scope === 'string' ? { scope } : {}),
		oddities,
	};
}

const isNarrower = (scope: string, before: string | undefined): boolean => {
	const now = new Set(scope.split(/[ ,]+/));
	return (before ?? '').split(/[ ,]+/).some((part) => part !== '' && !now.has(part));
};

/** The fields of a JSON object or of a form; `null` for everything else. */
function fieldsIn({ headers, text }: TokenAnswer): Record<string, unknown> | null {
	if (FORM.test(String(headers['content-type'] ?? ''))) {
		return Object.fromEntries(new URLSearchParams(text));
	}
	try {
		const parsed = JSON.parse(text) as unknown;
		const isObject = typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed);
		return isObject ? (parsed as Record<string, unknown>) : null;
	} catch {
		// HTML, nothing, or the beginning of something: no fields.
		return null;
	}
}

function failureOf(answer: TokenAnswer, error: string | undefined): TokenFailure {
	const { status, skewMs, retryAfterMs } = answer;
	const facts = {
		code: error === undefined ? `status_${status}` : safeCode(error),
		skewMs,
		...(retryAfterMs === undefined ? {} : { retryAfterMs }),
	};
	const asksForPause = status === 429 || (status === 503 && retryAfterMs !== undefined);
	return new TokenFailure(asksForPause ? 'throttled' : classOf(status, error), facts);
}

function classOf(status: number, error: string | undefined): FailureClass {
	const byCode = error === undefined ? 'opaque' : classOfCode(error);
	if (byCode !== 'opaque') return byCode;
	// A good status with an error that nobody knows is a refusal all the same.
	return status < 300 ? 'opaque' : classOfStatus(status);
}
