import { isObject } from '../marks';
import { isFieldsAlone } from './leaves';
import { isLink, isPlace } from './structure';

type Rec = Record<string, unknown>;

/** An item of fields and links alone. */
export interface UsualItem extends Rec {
	readonly json: object;
	readonly pairedItem?: unknown;
}

export function isUsual(item: Rec): item is UsualItem {
	if (!isObject(item.json) || !isFieldsAlone(item)) return false;
	for (const key in item) {
		if (key === 'json') continue;
		if (key !== 'pairedItem') return false;
		if (!isLinkWithSource(item.pairedItem) && !isLink(item.pairedItem)) return false;
	}
	return true;
}

/** `{ item: 0, input: 0, sourceOverwrite: { previousNode: 'Loop' } }` */
function isLinkWithSource(link: unknown): boolean {
	if (!isObject(link) || !isFieldsAlone(link)) return link === undefined;
	for (const key in link) {
		const part = link[key];
		const isSource = key === 'sourceOverwrite' && (part === undefined || isObject(part));
		if (!isSource && !isPlace(key, part)) return false;
	}
	return true;
}

/** The part of an item by which it names another node than it came from. */
export const sourceOf = ({ pairedItem }: UsualItem): object | undefined =>
	isObject(pairedItem) && !Array.isArray(pairedItem)
		? (pairedItem.sourceOverwrite as object | undefined)
		: undefined;
