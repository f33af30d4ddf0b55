import type {
	ICredentialDataDecryptedObject,
	IDataObject,
	IExecuteFunctions,
	INode,
	INodeExecutionData,
	NodeExecutionHint,
} from 'n8n-workflow';
import { SealboxSeal } from '../../../nodes/SealboxSeal/SealboxSeal.node';

/** One run of the node. A parameter may depend on the item, as an expression does. */
export interface Trial {
	readonly operation: string;
	readonly parameters?: Record<string, unknown>;
	readonly items: readonly (IDataObject | INodeExecutionData)[];
	/** Fields of the credential; `null` when none is selected. */
	readonly credential?: ICredentialDataDecryptedObject | null;
	readonly continueOnFail?: boolean;
}

export interface Outcome {
	readonly items: INodeExecutionData[];
	readonly hints: NodeExecutionHint[];
	/** How often the host was asked to decrypt the credential. */
	readonly decrypted: number;
}

export const PASSPHRASE = 'a generated passphrase of the tests';
export const CREDENTIAL = { keysFrom: 'passphrase', passphrase: PASSPHRASE, earlierKeys: {} };

const node: INode = {
	id: '1',
	name: 'Seal',
	type: 'n8n-nodes-sealbox.sealboxSeal',
	typeVersion: 1,
	position: [0, 0],
	parameters: {},
};

/** Runs the node on the part of the host that it may use; anything else it asks for is an error. */
export async function runSeal(trial: Trial): Promise<Outcome> {
	const hints: NodeExecutionHint[] = [];
	let decrypted = 0;
	const host: Partial<IExecuteFunctions> = {
		getInputData: () =>
			trial.items.map((item) => ('json' in item ? item : { json: item })) as never,
		getNode: () => ({ ...node, parameters: writtenIn(trial) }),
		continueOnFail: () => trial.continueOnFail ?? false,
		getNodeParameter: ((name: string, item: number) => parameterOf(trial, name, item)) as never,
		getCredentials: (async (type: string) => {
			if (type !== 'sealboxSealingKeysApi') throw new Error(`unknown credential ${type}`);
			decrypted += 1;
			if (trial.credential === null) throw new Error('Node does not have any credentials set');
			return trial.credential ?? CREDENTIAL;
		}) as never,
		addExecutionHints: (...more) => void hints.push(...more),
	};
	const strict = new Proxy(host, {
		get(target, name) {
			if (name in target) return target[name as keyof IExecuteFunctions];
			throw new Error(`the node asked the host for ${String(name)}`);
		},
	});
	const [items] = (await new SealboxSeal().execute.call(strict as IExecuteFunctions)) as [
		INodeExecutionData[],
	];
	for (const { pairedItem } of items) expect(pairedItem).toEqual({ item: expect.any(Number) });
	return { items, hints, decrypted };
}

/** As the workflow holds them: an expression by its text. */
const writtenIn = ({ parameters = {} }: Trial): INode['parameters'] =>
	Object.fromEntries(
		Object.entries(parameters).map(([name, value]) => [
			name,
			typeof value === 'function' ? '={{ $json }}' : (value as string),
		]),
	);

function parameterOf({ operation, parameters = {} }: Trial, name: string, item: number): unknown {
	const known = new SealboxSeal().description.properties.filter((each) => each.name === name);
	if (known.length === 0) throw new Error(`the node has no parameter ${name}`);
	if (name === 'operation') return operation;
	const given = parameters[name];
	if (typeof given === 'function') return (given as (item: number) => unknown)(item);
	return given ?? known[0].default;
}

/** The error that the node stops with. */
export async function stopOf(trial: Trial): Promise<Error & { context?: { itemIndex?: number } }> {
	const outcome = await runSeal(trial).catch((error: Error) => error);
	if (outcome instanceof Error) return outcome;
	throw new Error('expected the node to stop');
}
