#!/usr/bin/env node
import { join } from 'node:path';
import { main } from './main';

const terminal = {
	env: process.env,
	packageFolder: join(__dirname, '..', '..'),
	out: (line: string) => void process.stdout.write(`${line}\n`),
	err: (line: string) => void process.stderr.write(`${line}\n`),
	now: () => Date.now(),
};

// A reader that has seen enough, such as `head`, closes the pipe.
process.stdout.on('error', () => process.exit());

// Not process.exit: it would cut off what a pipe has not taken yet.
void main(process.argv.slice(2), terminal).then((exitCode) => (process.exitCode = exitCode));
