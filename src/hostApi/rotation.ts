import { isDeepStrictEqual } from 'node:util';
import { SealboxError } from '../sealing/error';
import type { HostApi, Json } from './client';
import {
	fieldTypesOf,
	getCredential,
	testCredential,
	typed,
	updateCredential,
	type CredentialView,
} from './credentials';

/** What happened to a credential, for the record: ids and names of fields, no value. */
export type RotationEvent = 'started' | 'interrupted' | 'rotated' | 'undone' | 'stuck';

/** The fields that a rotation writes, as they were, where they were there, and as they become. Secret. */
export interface Exchange {
	readonly earlier: Json;
	readonly values: Json;
}

/** What a rotation needs of the n8n in which it is asked for. Values are secret throughout. */
export interface RotationPorts {
	readonly api: HostApi;
	/** Whether that API's n8n is this one, as far as its credential tells. */
	isHere(credential: CredentialView): Promise<boolean>;
	/** The stored fields; `null` where they cannot be read. */
	readOrNull(credential: CredentialView): Promise<Json | null>;
	restore(credential: CredentialView, data: Json): Promise<void>;
	/** The new values, for a credential of this type. */
	values(credential: CredentialView): Promise<Json>;
	/** Is told the earlier and the new values before anything is written, so that they can be hidden. */
	announce(earlier: Json | null, values: Json): void;
	/** Tries the new fields before they are written; throws when they are refused. */
	tryFirst?(credential: CredentialView, data: Json): Promise<void>;
	/** Tries the credential once it is written; whether it was taken. */
	check?(credential: CredentialView): Promise<boolean>;
	/**
	 * @param exchange - with `started`, where there is a way back: kept until the rotation comes to its end,
	 *   for whoever comes after a death
	 */
	record(
		event: RotationEvent,
		credential: CredentialView,
		fields: readonly string[],
		exchange?: Exchange,
	): Promise<void>;
	/** What a rotation exchanged that died half-way; `lost` where that is not kept, `null` where there is none. */
	cutOff(credential: CredentialView): Promise<Exchange | 'lost' | null>;
}

export interface RotationRules {
	/** How the new value is tested once it is stored. */
	readonly test: 'n8n' | 'check' | 'none';
	/** Whether to write although what is written could not be taken back. */
	readonly mayGoOnWithoutRollBack: boolean;
}

export interface Rotated {
	readonly credential: CredentialView;
	readonly fields: readonly string[];
	/** The new values as they were written; secret. */
	readonly values: Json;
	readonly test: 'passed' | 'untested';
	readonly canRollBack: boolean;
}

/**
 * Writes new values into a credential of any type and tests them; where the test refuses them, the
 * earlier ones are put back.
 *
 *  1. Ask what the credential is, and whether it may be changed at all.
 *  2. Make sure that the earlier values are at hand here, and that this n8n is the one that the API
 *     changes; otherwise stop, unless going on without a way back was asked for.
 *  3. Make sure that there is a test, before anything is written.
 *  4. Bring an earlier rotation to its end that died half-way: its values are tested now.
 *  5. Try the new values, where there is somewhere to try them.
 *  6. Write, and look whether they are stored.
 *  7. Test; where that fails, put back what was there before, and look whether it is.
 *
 * The caller makes sure that nobody else rotates the same credential meanwhile.
 *
 * @throws SealboxError `ERR_ROTATION_REFUSED` when the credential is as it was before;
 *   `ERR_ROLLBACK_FAILED` when it is not, and somebody has to look
 */
export async function rotate(
	id: string,
	ports: RotationPorts,
	rules: RotationRules,
): Promise<Rotated> {
	const { api } = ports;
	const credential = await getCredential(api, id);
	assertRotatable(credential);
	const types = await fieldTypesOf(api, credential.type);
	const values = typed(await ports.values(credential), types);
	const fields = Object.keys(values);
	if (fields.length === 0) throw refused('No field is given. Add the field that holds the secret.');
	const found = await earlierOf(credential, ports);
	assertWayBack(found, rules);
	await assertTestable(credential, ports, rules);
	const ended = await endCutOff(credential, found, ports, rules);
	const earlier = ended === null ? found : await ports.readOrNull(credential);
	assertWayBack(earlier, rules);
	if (earlier !== null && holds(earlier, values)) {
		if (ended === 'passed' || ended === 'untested') {
			return { credential, fields, values, test: ended, canRollBack: true };
		}
		throw refused('The new values are those that it has. Give another value.');
	}
	ports.announce(earlier, values);
	await ports.tryFirst?.(credential, { ...earlier, ...values });
	const exchange = earlier === null ? undefined : { earlier: only(fields, earlier), values };
	await ports.record('started', credential, fields, exchange);
	const writing = new Writing(ports, credential, values, earlier);
	await writing.write();
	const test = await writing.test(rules);
	await ports.record('rotated', credential, fields);
	return { credential, fields, values, test, canRollBack: earlier !== null };
}

function assertRotatable({ isManaged, isResolvable }: CredentialView): void {
	if (isManaged === true) throw refused('It is managed by n8n, which gives its values itself.');
	if (isResolvable === true) {
		throw refused(
			'Its values are those of whoever runs the workflow. Rotate them where they come from.',
		);
	}
}

/** `null` where they cannot be had, or where this is not the n8n that the API changes. */
async function earlierOf(credential: CredentialView, ports: RotationPorts): Promise<Json | null> {
	const earlier = await ports.readOrNull(credential);
	return earlier !== null && (await ports.isHere(credential)) ? earlier : null;
}

function assertWayBack(earlier: Json | null, { mayGoOnWithoutRollBack }: RotationRules): void {
	if (earlier !== null || mayGoOnWithoutRollBack) return;
	throw refused(
		'Its earlier values cannot be put back from here: it belongs to another n8n, or its type is kept to the nodes of another package. Run the rotation in that n8n, or turn on Write Without Roll-Back if you can put them back yourself.',
	);
}

async function assertTestable(
	{ id }: CredentialView,
	{ api, check }: RotationPorts,
	{ test }: RotationRules,
): Promise<void> {
	if (test === 'check' && check === undefined) {
		throw refused('There is no workflow to test it with. Choose one.');
	}
	if (test !== 'n8n' || (await testCredential(api, id)) !== 'untested') return;
	throw refused(
		'n8n has no test for credentials of this type. Under Test, choose a workflow that uses it, or None.',
	);
}

type Ended = Rotated['test'] | 'undone';

/**
 * Brings a rotation to its end that died: where its values are stored, the test decides about them now.
 *
 * @returns what came of its values, so that the credential may be other than `found`; `null` where they are not
 *   stored, or there is no such rotation
 */
async function endCutOff(
	credential: CredentialView,
	found: Json | null,
	ports: RotationPorts,
	rules: RotationRules,
): Promise<Ended | null> {
	const exchange = await ports.cutOff(credential);
	if (exchange === null) return null;
	if (exchange !== 'lost' && found !== null) {
		ports.announce(exchange.earlier, exchange.values);
		const writing = new Writing(ports, credential, exchange.values, exchange.earlier);
		return await writing.end(found, rules);
	}
	await ports.record('interrupted', credential, []);
	await ports.record('stuck', credential, []);
	if (rules.mayGoOnWithoutRollBack) return null;
	throw refused(
		'An earlier rotation of it died half-way, and what it had before that is not kept. Open it in n8n, set the value that the service takes, and rotate it again.',
	);
}

/** The part of a rotation in which the credential is not what it was. */
class Writing {
	readonly #fields: string[];

	constructor(
		private readonly ports: RotationPorts,
		private readonly credential: CredentialView,
		private readonly values: Json,
		private readonly earlier: Json | null,
	) {
		this.#fields = Object.keys(values);
	}

	/** @throws SealboxError after putting back whatever an unfinished write may have left */
	async write(): Promise<void> {
		const { api } = this.ports;
		const failure = await updateCredential(api, this.credential.id, { data: this.values }).then(
			() => null,
			(error: SealboxError) => error,
		);
		if (failure === null && (this.earlier === null || (await this.#isStored()))) return;
		const reason = failure?.message ?? 'n8n did not store the new values as they were given.';
		await this.#undo(`${reason} `, failure !== null && isAnswer(failure));
	}

	async test({ test }: RotationRules): Promise<'passed' | 'untested'> {
		if (test === 'none') return 'untested';
		const hasPassed = await (test === 'check' ? this.#check() : this.#ask());
		if (!hasPassed) await this.#undo('The test refused the new values, or could not be made. ');
		return 'passed';
	}

	/** Goes on where a process died, with what is stored now. */
	async end(stored: Json, rules: RotationRules): Promise<Ended | null> {
		await this.#record('interrupted');
		if (!holds(stored, this.values)) {
			// It had not begun to write; or somebody has put the credential right since.
			await this.#record(this.#isAsBefore(stored) ? 'undone' : 'stuck');
			return null;
		}
		const outcome = await this.test(rules).catch((error: SealboxError) => error);
		if (outcome instanceof Error && outcome.code === 'ERR_ROLLBACK_FAILED') throw outcome;
		if (outcome instanceof Error) return 'undone';
		await this.#record('rotated');
		return outcome;
	}

	/** A test that cannot be made proves nothing: it counts as failed. */
	async #ask(): Promise<boolean> {
		const { api } = this.ports;
		return await testCredential(api, this.credential.id).then(
			(outcome) => outcome === 'passed',
			() => false,
		);
	}

	async #check(): Promise<boolean> {
		return (await this.ports.check?.(this.credential).catch(() => false)) ?? false;
	}

	async #isStored(): Promise<boolean> {
		const stored = await this.ports.readOrNull(this.credential);
		return stored !== null && holds(stored, this.values);
	}

	/** Always throws: says how the credential was left. @param isRefused - n8n said that it changed nothing */
	async #undo(reason: string, isRefused = false): Promise<never> {
		if (isRefused) {
			await this.#record('undone');
			throw refused(`${reason}Nothing was changed.`);
		}
		if (this.earlier === null) {
			await this.#record('stuck');
			throw stuck(`${reason}Write Without Roll-Back is on, so the new values were left in place.`);
		}
		const stored = await this.ports.readOrNull(this.credential);
		if (stored !== null && this.#isAsBefore(stored)) {
			await this.#record('undone');
			throw refused(`${reason}Nothing was changed.`);
		}
		if (stored === null || !holds(stored, this.values)) {
			await this.#record('stuck');
			throw stuck(
				`${reason}Somebody else has changed the credential meanwhile, so it was left as it is.`,
			);
		}
		const isBack = await this.ports.restore(this.credential, this.#merged(stored)).then(
			async () => this.#isAsBefore((await this.ports.readOrNull(this.credential)) ?? {}),
			() => false,
		);
		await this.#record(isBack ? 'undone' : 'stuck');
		if (!isBack) throw stuck(`${reason}The earlier values could not be put back.`);
		throw refused(`${reason}The credential has its earlier values again.`);
	}

	/** Only what was written is put back: the host may have renewed a token beside it. */
	#merged(stored: Json): Json {
		const others = Object.entries(stored).filter(([name]) => !this.#fields.includes(name));
		return { ...Object.fromEntries(others), ...only(this.#fields, this.earlier ?? {}) };
	}

	#isAsBefore(stored: Json): boolean {
		return this.#fields.every((name) => isDeepStrictEqual(stored[name], this.earlier?.[name]));
	}

	async #record(event: RotationEvent): Promise<void> {
		await this.ports.record(event, this.credential, this.#fields);
	}
}

const only = (fields: readonly string[], data: Json): Json =>
	Object.fromEntries(Object.entries(data).filter(([name]) => fields.includes(name)));

const holds = (stored: Json, values: Json): boolean =>
	Object.entries(values).every(([name, value]) => isDeepStrictEqual(stored[name], value));

/** n8n answered that it did not take it; of a broken connection or its own failure nobody knows. */
const isAnswer = ({ code, message }: SealboxError): boolean =>
	code === 'ERR_HOST_VERSION' || (code === 'ERR_HOST_REFUSED' && !/\(5\d\d\)/.test(message));

const refused = (sentence: string): SealboxError =>
	new SealboxError('ERR_ROTATION_REFUSED', `The credential was not rotated. ${sentence}`);

const stuck = (sentence: string): SealboxError =>
	new SealboxError(
		'ERR_ROLLBACK_FAILED',
		`The rotation failed, and the credential needs a look. ${sentence}`,
	);
