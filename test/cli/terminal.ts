import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from '../../src/cli/main';

/** A home folder with an n8n in it, and a package, in which command lines run. */
export class Home {
	readonly path = mkdtempSync(join(tmpdir(), 'sealbox-cli-'));
	readonly n8n = join(this.path, '.n8n');
	readonly packageFolder = join(this.path, 'package');
	now = Date.UTC(2026, 0, 2);
	env: Record<string, string> = { HOME: this.path };

	constructor() {
		mkdirSync(this.n8n);
		mkdirSync(join(this.packageFolder, 'dist'), { recursive: true });
		this.write('package/package.json', '{"version":"1.2.3"}');
	}

	write(name: string, text: string): string {
		writeFileSync(join(this.path, name), text);
		return join(this.path, name);
	}

	/** Runs `sealbox` with these words. */
	async sealbox(...args: string[]) {
		const [out, err] = [[] as string[], [] as string[]];
		const exitCode = await main(args, {
			env: this.env,
			packageFolder: this.packageFolder,
			out: (line) => void out.push(line),
			err: (line) => void err.push(line),
			now: () => this.now,
		});
		return { exitCode, out: out.join('\n'), err: err.join('\n') };
	}

	remove(): void {
		rmSync(this.path, { recursive: true, force: true });
	}
}
