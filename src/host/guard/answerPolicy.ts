import type { GuardSettings } from './settings';

/** Whether webhooks may answer with known secrets. */
export interface AnswerPolicy {
	/** False when no workflow is concerned. */
	readonly mayRefuse: boolean;
	isRefusedFor(workflowId: string): boolean;
}

/** What a workflow says of itself comes before what the instance says. */
export const answerPolicy = (settings: GuardSettings): AnswerPolicy => ({
	mayRefuse: settings.refusesAnswers || settings.refusingWorkflows.size > 0,
	isRefusedFor: (workflowId) =>
		settings.refusingWorkflows.has(workflowId) ||
		(settings.refusesAnswers && !settings.allowingWorkflows.has(workflowId)),
});
