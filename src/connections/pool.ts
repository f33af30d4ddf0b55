import { Failed } from './failure';

/** A connection that may be lent again and again. */
export interface Poolable {
	/** Says goodbye. Must not reject. */
	close(): Promise<void>;
	/** Whether it can still be used, as far as is known without asking the server. */
	isUsable(): boolean;
}

export interface PoolRules {
	/** How many connections are open at a time at most. */
	readonly max: number;
	/** How long an unused one stays open, in milliseconds. */
	readonly idleMs: number;
	/** How long someone waits for a connection while all are lent, in milliseconds. */
	readonly waitMs: number;
}

type Connect<T> = () => Promise<T>;

interface Waiter<T> {
	readonly connect: Connect<T>;
	resolve(connection: T): void;
	reject(error: unknown): void;
	timer: NodeJS.Timeout;
}

/**
 * Connections of one version of one credential, lent to one borrower at a time.
 *
 * Who comes when all are lent waits in line. After {@link drain} nothing that is lent is cut: it is
 * closed when it comes back.
 */
export class Pool<T extends Poolable> {
	readonly #idle = new Map<T, NodeJS.Timeout>();
	readonly #waiting: Waiter<T>[] = [];
	#open = 0;
	#isDrained = false;

	constructor(readonly rules: PoolRules) {}

	/**
	 * @param connect - opens another connection; not kept, so that a pool holds on to no borrower
	 * @throws {@link Failed} `busy` when no connection came back in time, or why there is none
	 */
	async take(connect: Connect<T>): Promise<T> {
		this.#isDrained = false;
		const idle = this.#takeIdle();
		if (idle !== null) return idle;
		return this.#open < this.rules.max ? await this.#add(connect) : await this.#stand(connect);
	}

	/** @param isSound - false when nobody else should use it, for instance after a broken statement */
	give(connection: T, isSound: boolean): void {
		if (!isSound || this.#isDrained || !connection.isUsable()) return this.#discard(connection);
		const next = this.#waiting.shift();
		if (next !== undefined) {
			clearTimeout(next.timer);
			return next.resolve(connection);
		}
		const timer = setTimeout(() => this.#discard(connection), this.rules.idleMs);
		// Idle connections must not keep a process alive that wants to end.
		this.#idle.set(connection, timer.unref());
	}

	/** Closes what nobody uses, now and from now on. Taking from the pool again ends this. */
	drain(): void {
		this.#isDrained = true;
		for (const connection of [...this.#idle.keys()]) this.#discard(connection);
	}

	/** Connections that are open, lent ones included. */
	get open(): number {
		return this.#open;
	}

	async #add(connect: Connect<T>): Promise<T> {
		this.#open += 1;
		try {
			return await connect();
		} catch (error) {
			this.#leave();
			throw error;
		}
	}

	#takeIdle(): T | null {
		for (const [connection, timer] of [...this.#idle].reverse()) {
			clearTimeout(timer);
			this.#idle.delete(connection);
			if (connection.isUsable()) return connection;
			this.#discard(connection);
		}
		return null;
	}

	#stand(connect: Connect<T>): Promise<T> {
		return new Promise((resolve, reject) => {
			const waiter: Waiter<T> = {
				connect,
				resolve,
				reject,
				timer: setTimeout(() => {
					this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
					reject(new Failed('busy'));
				}, this.rules.waitMs),
			};
			this.#waiting.push(waiter);
		});
	}

	#discard(connection: T): void {
		clearTimeout(this.#idle.get(connection));
		this.#idle.delete(connection);
		void connection.close();
		this.#leave();
	}

	/** A place is free: whoever waits first gets a new connection in it. */
	#leave(): void {
		this.#open -= 1;
		const next = this.#waiting.shift();
		if (next === undefined) return;
		clearTimeout(next.timer);
		this.#add(next.connect).then(next.resolve, next.reject);
	}
}
