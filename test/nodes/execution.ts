import 'reflect-metadata';
import { configureGlobalAxiosDefaults } from '@n8n/backend-network';
import { ExecuteContext } from 'n8n-core';
import {
	createRunExecutionData,
	NodeHelpers,
	Workflow,
	type ICredentialDataDecryptedObject,
	type ICredentialType,
	type IExecuteFunctions,
	type INode,
	type INodeExecutionData,
	type INodeParameters,
	type INodeType,
	type INodeTypes,
	type IWorkflowExecuteAdditionalData,
} from 'n8n-workflow';

/** A node run in n8n-core's own execution context: real expressions, real HTTP client, no database. */
export interface Trial {
	readonly node: INodeType;
	readonly parameters: INodeParameters;
	/** Values of the credentials that the node has chosen, by type. Expressions are resolved per item. */
	readonly credentials?: Record<string, ICredentialDataDecryptedObject>;
	/** Credential types that the host would know, by name. */
	readonly types?: Record<string, ICredentialType>;
	readonly items?: readonly INodeExecutionData[];
	readonly continueOnFail?: boolean;
	readonly mode?: 'manual' | 'trigger';
}

export interface TrialResult {
	readonly items: INodeExecutionData[];
	readonly error?: Error;
	readonly context: IExecuteFunctions;
	/** How often the host was asked to decrypt a credential. */
	readonly decrypted: number;
	/** What the node left in the run besides its items. */
	readonly leftBehind: string;
}

export async function runNode(trial: Trial): Promise<TrialResult> {
	configureGlobalAxiosDefaults();
	const items = [...(trial.items ?? [{ json: {} }])];
	const workflow = workflowOf(trial);
	const node = workflow.getNode('Request') as INode;
	const runData = createRunExecutionData({});
	const counter = { decrypted: 0 };
	const context = new ExecuteContext(
		workflow,
		node,
		additionalData(trial, counter),
		trial.mode ?? 'manual',
		runData,
		0,
		items,
		{ main: [items] },
		{ data: { main: [items] }, node, source: null },
		[],
	) as unknown as IExecuteFunctions;
	const result = await trial.node.execute?.call(context).then(
		(output) => ({ items: (output as INodeExecutionData[][] | null)?.[0] ?? [] }),
		(error: Error) => ({ items: [], error }),
	);
	return {
		...(result ?? { items: [] }),
		context,
		decrypted: counter.decrypted,
		leftBehind: JSON.stringify(runData.executionData?.contextData ?? {}),
	};
}

function workflowOf(trial: Trial): Workflow {
	const nodeTypes = {
		getByName: () => trial.node,
		getByNameAndVersion: () => trial.node,
		getKnownTypes: () => ({}),
	} as unknown as INodeTypes;
	const names = Object.keys(trial.credentials ?? {});
	const node: INode = {
		id: 'request',
		name: 'Request',
		type: 'n8n-nodes-sealbox.sealboxRequest',
		typeVersion: 1,
		position: [0, 0],
		parameters: trial.parameters,
		credentials: Object.fromEntries(names.map((name) => [name, { id: '1', name }])),
		...(trial.continueOnFail && { onError: 'continueRegularOutput' as const }),
	};
	return new Workflow({ nodes: [node], connections: {}, active: false, nodeTypes });
}

const additionalData = (trial: Trial, counter: { decrypted: number }) =>
	({
		credentialsHelper: credentialsHelper(trial, counter),
		executionId: '1',
		instanceBaseUrl: 'http://localhost/',
		restApiUrl: 'http://localhost/rest',
		webhookBaseUrl: 'http://localhost/webhook',
		webhookWaitingBaseUrl: 'http://localhost/webhook-waiting',
		formWaitingBaseUrl: 'http://localhost/form-waiting',
		variables: {},
	}) as unknown as IWorkflowExecuteAdditionalData;

type Values = ICredentialDataDecryptedObject;

/** The host's CredentialsHelper, as far as a node can tell. */
function credentialsHelper(trial: Trial, counter: { decrypted: number }) {
	const typeOf = (name: string) => trial.types?.[name];
	return {
		isCredentialUsableByNode: () => true,
		getParentTypes: (name: string) => typeOf(name)?.extends ?? [],
		getCredentialsProperties: (name: string) => typeOf(name)?.properties ?? [],
		updateCredentialsOauthTokenData: async () => undefined,
		preAuthentication: async () => undefined,
		runPreAuthentication: async () => undefined,
		authenticate: async (values: Values, name: string, options: object) => {
			const { authenticate } = typeOf(name) ?? {};
			return typeof authenticate === 'function'
				? await authenticate(values, options as never)
				: options;
		},
		getDecrypted: async (...args: unknown[]) => {
			counter.decrypted += 1;
			const [, , type, mode, executeData, , resolve] = args as [
				unknown,
				unknown,
				string,
				'manual',
				never,
				unknown,
				(
					| {
							workflow: Workflow;
							runExecutionData: never;
							itemIndex: number;
							connectionInputData: never;
					  }
					| undefined
				),
			];
			const values = structuredClone(trial.credentials?.[type] ?? {});
			if (resolve === undefined) return values;
			return resolve.workflow.expression.getParameterValue(
				values as INodeParameters,
				resolve.runExecutionData,
				0,
				resolve.itemIndex,
				'Request',
				resolve.connectionInputData,
				mode,
				{},
				executeData,
			);
		},
	};
}

/** Parameters as the editor would store them: what is not given has its default. */
export const filled = (node: INodeType, parameters: INodeParameters): INodeParameters =>
	NodeHelpers.getNodeParameters(
		node.description.properties,
		parameters,
		true,
		false,
		{ typeVersion: 1 },
		node.description,
	) ?? {};
