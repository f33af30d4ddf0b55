import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HostType } from '../../../src/host/guard/learn/viewOf';

const PACKAGES = ['n8n-nodes-base', '@n8n/n8n-nodes-langchain'];
const OWN = join(__dirname, '../../../credentials');

/** All credential types of the pinned n8n, and our own, by package. */
export function hostTypes(): Array<{ title: string; types: HostType[] }> {
	const modules = join(process.env.SEALBOX_N8N_FOLDER ?? '', 'node_modules');
	const read = (name: string): HostType[] =>
		JSON.parse(readFileSync(join(modules, name, 'dist/types/credentials.json'), 'utf8'));
	const ofHost = PACKAGES.map((title) => ({ title, types: read(title).sort(byName) }));
	return [...ofHost, { title: 'n8n-nodes-sealbox', types: ownTypes().sort(byName) }];
}

function ownTypes(): HostType[] {
	return readdirSync(OWN)
		.filter((file) => file.endsWith('.credentials.ts'))
		.map((file) => {
			const [Type] = Object.values(
				jest.requireActual<Record<string, new () => HostType>>(join(OWN, file)),
			);
			return new Type();
		});
}

const byName = (a: HostType, b: HostType): number => a.name.localeCompare(b.name, 'en');
