import type { FileParts } from '../files/fileParts';
import { GuardedManager } from '../files/guardedManager';
import type { FileManager } from '../files/manager';
import { FilePlaces } from '../files/places';
import { whileViewing } from '../files/viewing';
import { wrapMethod, type AnyFunction } from '../host';
import { instanceOf } from '../instance';
import { fileSealsFor } from '../tokenKeys';
import { replaceProperty } from './readers';
import type { Seam } from './seam';

const MOST_IN_MEMORY = 16 * 1024 * 1024;

/** What a store of files has to offer. */
const METHODS: Array<keyof FileManager> = [
	'store',
	'copyByFilePath',
	'copyByFileId',
	'getAsBuffer',
	'getAsStream',
	'getPath',
	'getMetadata',
];

/** Binary data of executions, in whichever store: files, the database, an object store. */
export const binaryData: Seam = {
	name: 'binary-data',
	without: 'Binary data is stored as n8n writes it.',
	install(host, guard) {
		const type = host.classOf(host.package('n8n-core'), 'BinaryDataService');
		if (typeof type.prototype.setManager !== 'function') {
			throw new Error('there is no method setManager');
		}
		const { encryptionKey, instanceId } = instanceOf(host);
		const parts: FileParts = {
			guard,
			places: new FilePlaces(host, guard),
			seals: fileSealsFor(encryptionKey, instanceId),
			mostInMemory: MOST_IN_MEMORY,
		};
		const faces = new WeakMap<object, object>();
		const faceOf = (manager: unknown): unknown => {
			if (!isManager(manager)) return manager;
			const face = faces.get(manager) ?? guarded(manager, new GuardedManager(parts, manager));
			faces.set(manager, face);
			return face;
		};
		replaceProperty(
			host,
			type,
			'managers',
			(managers) =>
				new Proxy(managers as object, {
					get: (target, mode) => faceOf((target as Record<PropertyKey, unknown>)[mode]),
				}),
		);
	},
};

/** The editor shows and downloads files; a link to one can be read where runs are. */
export const binaryViews: Seam = {
	name: 'binary-views',
	without: 'Files that people download from the editor hold secrets.',
	install(host) {
		const module = host.own('controllers/binary-data.controller');
		const { prototype } = host.classOf(module, 'BinaryDataController');
		for (const method of ['get', 'getSigned']) wrapMethod(prototype, method, viewing);
	},
};

const viewing = (answer: AnyFunction): AnyFunction =>
	function (this: unknown, ...args: unknown[]) {
		return whileViewing(() => answer.apply(this, args));
	};

const isManager = (value: unknown): value is FileManager & object =>
	typeof value === 'object' &&
	value !== null &&
	METHODS.every((method) => typeof (value as FileManager)[method] === 'function');

/** Whatever else a store can do, such as deleting, it does as before. */
function guarded(real: object, face: GuardedManager): object {
	const own = METHODS.map((method) => [
		method,
		{ value: (face[method] as AnyFunction).bind(face) as unknown },
	]);
	return Object.create(real, Object.fromEntries(own) as PropertyDescriptorMap) as object;
}
