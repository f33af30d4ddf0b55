import type { NodeOnCanvas } from '../../../host/client.ts';
import type { sealingKeys } from '../../../host/samples.ts';
import { keysetOf } from '../../../src/kinds/keyset';
import { sealFields } from '../../../src/sealing/itemFields';
import { hook, inLine, node, set, type Stored } from '../guard/nodes.ts';
import type { Stage } from '../guard/stage.ts';

/** A node of Sealbox Host with the credentials that it needs. */
export const hostNode = (
	name: string,
	parameters: Record<string, unknown>,
	credentials: readonly Stored[],
): NodeOnCanvas =>
	node(name, 'n8n-nodes-sealbox.sealboxHost', 1, parameters, {
		credentials: Object.fromEntries(credentials.map((each) => [each.type, each])),
	});

interface Rotation {
	/** What it is to become. */
	readonly secret: string;
	/** Where the workflow is called. */
	readonly path: string;
	/** The credential that is rotated. */
	readonly header: Stored;
	/** The workflow that tests it. */
	readonly uses: string;
	/** Of Sealbox Host, and with the keys of this sample. */
	readonly credentials: readonly Stored[];
	readonly sample: ReturnType<typeof sealingKeys>;
}

/** A workflow in production that rotates a credential to a value that stands in it sealed. */
export async function activateRotation(
	stage: Stage,
	{ secret, path, header, uses, credentials, sample }: Rotation,
): Promise<void> {
	const sealing = { keyset: await keysetOf(sample.fields()), context: '' };
	const { key } = sealFields({ key: secret }, { by: 'all' }, sealing);
	const byId = (value: string) => ({ __rl: true, mode: 'id', value });
	const parameters = {
		resource: 'credential',
		operation: 'rotate',
		credentialId: byId(header.id),
		fields: { field: [{ name: 'value', from: 'given', value: '={{ $json.key }}' }] },
		useKeys: true,
		test: 'workflow',
		workflowId: byId(uses),
	};
	const rotate = hostNode('Rotate', parameters, credentials);
	await stage.activate(inLine([hook(path)], set('Given', { key }), rotate));
}
