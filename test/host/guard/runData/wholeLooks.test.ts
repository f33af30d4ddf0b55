import { WholeLooks } from '../../../../src/host/guard/runData/wholeLooks';

test('the whole is looked at again after two hundred times as long as it took and a second at most, for each run', () => {
	let nowMs = 0;
	const looks = new WholeLooks(() => nowMs);
	const [run, other] = [{}, {}];
	expect(looks.isDue(run)).toBe(true);
	expect(looks.look(run, () => (nowMs += 3))).toBe(3);
	nowMs += 599;
	expect(looks.isDue(run)).toBe(false);
	expect(looks.isDue(other)).toBe(true);
	nowMs += 1;
	expect(looks.isDue(run)).toBe(true);
	looks.look(run, () => (nowMs += 5_000));
	nowMs += 999;
	expect(looks.isDue(run)).toBe(false);
	nowMs += 1;
	expect(looks.isDue(run)).toBe(true);
});
