import type { IHookFunctions } from 'n8n-workflow';
import { triggers } from '../../src/host/webhooks';
import { isSealboxError } from '../../src/sealing/error';
import { knowsCopies } from '../../src/webhooks/door/ofScheme';
import { addressesOf, askedOf, Misconfigured, optionsOf, secretsOf } from './parameters';

/** What would make a trigger refuse every request, or promise what it cannot keep; `null` when nothing does. */
export async function activationProblem(context: IHookFunctions): Promise<string | null> {
	try {
		const options = optionsOf(context);
		addressesOf('Allowed Addresses', options.allowed);
		addressesOf('Trusted Proxies', options.proxies);
		const asked = askedOf(context);
		if (asked.kind === 'none') return null;
		const { secrets } = await secretsOf(context);
		const isFetched = asked.kind === 'jwt' && asked.token.keySetUrl !== '';
		const isNamed = asked.kind === 'scheme' && FETCHED.includes(asked.scheme as string);
		if (secrets.length === 0 && !isFetched && !isNamed) {
			return 'The Sealbox Webhook credential cannot be read. Select one that has a secret.';
		}
		const isPromised = asked.kind === 'scheme' && options.letCopiesIn !== true;
		const knows = isPromised && knowsCopies({ ...asked, secrets });
		if (knows && isApart(process.env)) return IN_QUEUE_MODE;
		if (knows) await triggers().state.lastEvent();
		return null;
	} catch (error) {
		return error instanceof Misconfigured || isSealboxError(error)
			? error.message
			: 'The settings of this trigger could not be read. Check that its expressions resolve.';
	}
}

/** Their requests name the certificate. */
const FETCHED = ['aws-sns', 'paypal'];

const IN_QUEUE_MODE =
	'In queue mode several processes receive requests, and a copy could start the workflow in another one: they share a store only with DB_TYPE=postgresdb. Set Let Copies In, or let n8n use PostgreSQL.';

const isApart = ({ EXECUTIONS_MODE, DB_TYPE }: NodeJS.ProcessEnv): boolean =>
	EXECUTIONS_MODE === 'queue' && DB_TYPE !== 'postgresdb';
