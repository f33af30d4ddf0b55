import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The tarball carries other people's code, so it carries their licences as well. */

const ROOT = join(__dirname, '../..');
const read = (path: string): string => {
	if (!existsSync(join(ROOT, path))) throw new Error('Build first: npx gulp build');
	return readFileSync(join(ROOT, path), 'utf8');
};

interface Metafile {
	outputs: Record<string, { inputs: Record<string, { bytesInOutput: number }> }>;
}

const { outputs } = JSON.parse(read('.build/vendor.meta.json')) as Metafile;
const notices = read('dist/THIRD_PARTY_NOTICES.md');

/** `@scope/name` or `name`, after the last `node_modules` in the path of a bundled file. */
const bundled = new Set(
	Object.values(outputs)
		.flatMap(({ inputs }) => Object.entries(inputs))
		.filter(([file, { bytesInOutput }]) => bytesInOutput > 0 && file.includes('node_modules/'))
		.map(([file]) => {
			const [first = '', second = ''] = (file.split('node_modules/').at(-1) ?? '').split('/');
			return first.startsWith('@') ? `${first}/${second}` : first;
		}),
);

/** Licences that let us pass the code on inside a package under MIT. */
const PERMISSIVE = /\((MIT|MIT-0|ISC|Apache-2\.0|BSD-2-Clause|BSD-3-Clause)\)$/;
const GRANTS = /Permission is hereby granted|Permission to use, copy|Apache License/;

const sections = notices
	.split(/^## /m)
	.slice(1)
	.map((section) => {
		const end = section.indexOf('\n');
		return { titles: section.slice(0, end).split(', '), text: section.slice(end) };
	});

test('the walk sees the packages that are known to be bundled', () => {
	for (const name of ['pg', 'mysql2', 'nodemailer', 'zod', 'jose', '@smithy/signature-v4']) {
		expect(bundled).toContain(name);
	}
});

test('every bundled package is in the notices, under a licence that allows it', () => {
	const titles = sections.flatMap((section) => section.titles);
	for (const name of bundled) {
		const own = titles.filter((title) => title.startsWith(`${name} `));
		expect([name, own]).toEqual([name, [expect.stringMatching(PERMISSIVE)]]);
	}
	expect(titles).toHaveLength(bundled.size);
});

test('every notice holds the text that grants the rights, not just its name', () => {
	for (const { titles, text } of sections) {
		expect([titles, GRANTS.test(text)]).toEqual([titles, true]);
	}
});

test('the notices are in the tarball', () => {
	const { files } = JSON.parse(read('package.json')) as { files: string[] };
	expect(files).toContain('dist');
});
