import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import manifest from '../../package.json';

/** n8n requires every credential file when it starts, so none may pull in what it needs only later. */

const ROOT = join(__dirname, '../..');
const LIST_LOADED =
	'require(process.argv[1]); process.stdout.write(JSON.stringify(Object.keys(require.cache)))';

test.each(manifest.n8n.credentials)('%s loads nothing but forms', (path) => {
	const file = join(ROOT, path);
	if (!existsSync(file)) throw new Error('Build first: npx gulp build');
	const loaded = JSON.parse(
		execFileSync(process.execPath, ['-e', LIST_LOADED, file], { encoding: 'utf8' }),
	) as string[];
	expect(loaded.filter((one) => !one.startsWith(join(ROOT, 'dist/credentials/')))).toEqual([]);
});
