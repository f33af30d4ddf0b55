import type { Engine, Statement } from './link';
import { invalid } from './names';

/** Everything in which a question mark or a dollar sign means nothing: text, names, comments. */
const SKIPPED =
	/'(?:[^'\\]|''|\\[^])*'|"(?:[^"\\]|""|\\[^])*"|`(?:[^`]|``)*`|--[ \t][^\n]*|#[^\n]*|\/\*[^]*?\*\/|\$(\d+)|\?/g;

/**
 * A query with the values of its placeholders: `$1`, `$2` … in either engine, or `?` in MySQL and
 * MariaDB, which know no other.
 *
 * @throws {@link StatementError} when placeholders and values do not go together
 */
export function withValues(engine: Engine, text: string, values: readonly unknown[]): Statement {
	if (engine === 'postgres' || values.length === 0) return { text, values };
	const numbered: number[] = [];
	let positional = 0;
	const plain = text.replace(SKIPPED, (found, number: string | undefined) => {
		if (number !== undefined) numbered.push(Number(number));
		else if (found === '?') positional += 1;
		else return found;
		return '?';
	});
	if (numbered.length > 0 && positional > 0) {
		throw invalid('The query mixes $1 and ? as placeholders. Use one of them throughout.');
	}
	const order = numbered.length > 0 ? numbered : values.map((_value, index) => index + 1);
	const isWhole = order.every((number) => number >= 1 && number <= values.length);
	if (!isWhole || (numbered.length === 0 && positional !== values.length)) {
		throw invalid(
			`The query has placeholders for another number of values than the ${values.length} under Query Parameters. Give one parameter for each placeholder.`,
		);
	}
	return { text: plain, values: order.map((number) => values[number - 1]) };
}

/** A statement that begins like this changes the session for whoever gets the connection next. */
const BEGINS =
	/(?:^|;)(?:\s|--[^\n]*\n|\/\*[^]*?\*\/)*(?:set|use|begin|start|lock|listen|prepare|declare|discard|load)\b/i;

/** So do these, wherever they stand. */
const HOLDS = /\b(?:set_config|get_lock|temp|temporary|pg_(?:try_)?advisory_(?:xact_)?lock)\b/i;

/** Whether a connection must not be lent to anyone else after this statement. */
export const touchesSession = (text: string): boolean => BEGINS.test(text) || HOLDS.test(text);
