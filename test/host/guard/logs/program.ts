import { coverStandardStreams } from '../../../../src/host/guard/logs/standardStreams';
import { LogScrubber } from '../../../../src/host/guard/logs/logScrubber';

/** A program that prints a secret in the way that its first argument names, then ends. */
const secret = process.argv[3];
const half = secret.length / 2;

coverStandardStreams(
	new LogScrubber({ generation: 1, all: () => [{ value: secret }] }, () => undefined),
);

const ways: Record<string, () => void> = {
	console: () => console.log('a', secret, { secret }, [Buffer.from(secret)]),
	error: () => console.error(new Error(secret)),
	warning: () => process.emitWarning(secret),
	raw: () => (process as unknown as { _rawDebug(text: string): void })._rawDebug(secret),
	halves: () => {
		process.stdout.write(secret.slice(0, half));
		setTimeout(() => process.stdout.write(secret.slice(half)), 200);
	},
	exit: () => {
		process.stdout.write(`bye ${secret}`);
		process.exit(3);
	},
	'exit with half': () => {
		process.stdout.write(secret.slice(0, half));
		process.exit(3);
	},
	throw: () => {
		throw new Error(`failed with ${secret}`);
	},
	reject: () => void Promise.reject(new Error(`failed with ${secret}`)),
	'throw text': () => {
		throw secret;
	},
	'throw with a listener': () => {
		process.on('uncaughtException', (error) => console.error(`heard ${error.message}`));
		throw new Error(secret);
	},
	much: () => {
		process.stdout.write('a line of some length, again and again\n'.repeat(20_000));
		process.stdout.write(`the end ${secret}`);
	},
};

ways[process.argv[2]]();
