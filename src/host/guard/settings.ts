/** What an operator may set; everything works without. */
export interface GuardSettings {
	/** n8n must not start unless every seam is in force. */
	readonly isRequired: boolean;
	/** The guard is to be taken away: it opens what is sealed, and seals nothing any more. */
	readonly isLeaving: boolean;
	/** Ids of credentials that are not protected. */
	readonly exceptedCredentials: ReadonlySet<string>;
	/** Names of seams that are treated as if the host lacked them: for drills. */
	readonly withoutSeams: ReadonlySet<string>;
	/** Whether webhook answers may hold known secrets, unless the workflow says otherwise. */
	readonly refusesAnswers: boolean;
	readonly refusingWorkflows: ReadonlySet<string>;
	readonly allowingWorkflows: ReadonlySet<string>;
	/** Larger files are stored without being searched. */
	readonly mostFileBytes: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** @throws Error naming the variable when its value is not one that it can have */
export const readSettings = (env: Environment): GuardSettings => ({
	isRequired: modeOf(env) === 'required',
	isLeaving: modeOf(env) === 'leave',
	exceptedCredentials: names(env.SEALBOX_GUARD_EXCEPT),
	withoutSeams: names(env.SEALBOX_GUARD_WITHOUT),
	refusesAnswers: choice(env, 'SEALBOX_GUARD_ANSWERS', ['allow', 'refuse'], 'allow') === 'refuse',
	refusingWorkflows: names(env.SEALBOX_GUARD_ANSWERS_REFUSE),
	allowingWorkflows: names(env.SEALBOX_GUARD_ANSWERS_ALLOW),
	mostFileBytes: megabytes(env, 'SEALBOX_GUARD_FILES_MB'),
});

const modeOf = (env: Environment): string =>
	choice(env, 'SEALBOX_GUARD', ['on', 'required', 'leave'], 'on');

const names = (list: string | undefined): Set<string> =>
	new Set(
		(list ?? '')
			.split(',')
			.map((name) => name.trim())
			.filter((name) => name !== ''),
	);

function choice(env: Environment, variable: string, choices: string[], usual: string): string {
	const value = env[variable]?.trim() || usual;
	if (choices.includes(value)) return value;
	throw new Error(`${variable} has to be ${choices.join(' or ')}. Correct it, or remove it.`);
}

/** Without a value, there is no limit. */
function megabytes(env: Environment, variable: string): number {
	const value = env[variable]?.trim() ?? '';
	if (value === '') return Infinity;
	if (/^\d{1,6}$/.test(value)) return Number(value) * 1024 * 1024;
	throw new Error(`${variable} has to be a number of megabytes. Correct it, or remove it.`);
}
