import type { DatabaseReport } from './database';
import type { MailReport } from './mail';
import type { TlsFacts } from './tls';

/** A report in one or two sentences, for the people who pressed Test; warnings come last. */

export const databaseSummary = ({ server, tls, warnings }: DatabaseReport): string =>
	[`Connected to ${server.product} ${server.version} ${protection(tls)}.`, ...warnings].join(' ');

export const mailSummary = ({ login, tls, warnings }: MailReport): string =>
	[
		`Connected ${protection(tls)}.`,
		login === 'none' ? 'No login was tried.' : 'The login was accepted.',
		...warnings,
	].join(' ');

function protection({ encrypted, verified, protocol }: TlsFacts): string {
	if (!encrypted) return 'without TLS';
	return `over ${protocol}, certificate ${verified ? 'verified' : 'not verified'}`;
}
