import type { IHookFunctions } from 'n8n-workflow';
import { triggers } from '../../src/host/webhooks';
import { isSealboxError } from '../../src/sealing/error';
import { knowsCopies } from '../../src/webhooks/door/ofScheme';
import {
	addressesOf,
	askedOf,
	Misconfigured,
	optionsOf,
	secretsOf,
	type Asked,
	type Options,
} from './parameters';

/** What would make a trigger refuse every request, or promise what it cannot keep; `null` when nothing does. */
export async function activationProblem(context: IHookFunctions): Promise<string | null> {
	try {
		const options = optionsOf(context);
		addressesOf('Allowed Addresses', options.allowed);
		addressesOf('Trusted Proxies', options.proxies);
		if (nobodyResponds(context)) return NOBODY_RESPONDS;
		const asked = askedOf(context);
		if (!(await hasProof(context, asked))) {
			return 'The Sealbox Webhook credential cannot be read. Select one that has a secret.';
		}
		if (options.letCopiesIn === true || !tellsCopies(asked, options)) return null;
		if (isApart(process.env)) return IN_QUEUE_MODE;
		await triggers().state.lastEvent();
		return null;
	} catch (error) {
		return error instanceof Misconfigured || isSealboxError(error)
			? error.message
			: 'The settings of this trigger could not be read. Check that its expressions resolve.';
	}
}

/** The caller would wait for the end of the run, and get nothing. */
function nobodyResponds(context: IHookFunctions): boolean {
	if (context.getNodeParameter('responseMode', 'onReceived') !== 'responseNode') return false;
	const after = context.getChildNodes(context.getNode().name);
	return !after.some(({ type, disabled }) => !disabled && type.endsWith('.sealboxRespond'));
}

const NOBODY_RESPONDS =
	'Respond says Using Sealbox Respond, and no such node follows. Add a Sealbox Respond node, or choose when else to respond.';

/** Whether there is something that requests can be proved with, or nothing has to be. */
async function hasProof(context: IHookFunctions, asked: Asked): Promise<boolean> {
	const isFetched = asked.kind === 'jwt' && asked.token.keySetUrl !== '';
	const isNamed = asked.kind === 'scheme' && FETCHED.includes(asked.scheme as string);
	if (asked.kind === 'none' || isFetched || isNamed) return true;
	return (await secretsOf(context)).secrets.length > 0;
}

/** Whether each request is promised to start the workflow once. */
const tellsCopies = (asked: Asked, { deliveryHeader = '' }: Options): boolean =>
	deliveryHeader.trim() !== '' ||
	(asked.kind === 'scheme' && knowsCopies({ ...asked, secrets: [] }));

/** Their requests name the certificate. */
const FETCHED = ['aws-sns', 'paypal'];

const IN_QUEUE_MODE =
	'In queue mode several processes receive requests, and a copy could start the workflow in another one: they share a store only with DB_TYPE=postgresdb. Set Let Copies In, or let n8n use PostgreSQL.';

const isApart = ({ EXECUTIONS_MODE, DB_TYPE }: NodeJS.ProcessEnv): boolean =>
	EXECUTIONS_MODE === 'queue' && DB_TYPE !== 'postgresdb';
