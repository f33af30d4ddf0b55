import { readOrder } from '../../processes';
import { openLater, type Place } from './stores';

export interface Order {
	readonly place: Place;
	readonly step: string;
}

void (async () => {
	const { place, step } = await readOrder<Order>();
	await openLater(place, step);
	process.stdout.write('answer true\n');
})();
