import { createScrubber } from '../../src/sealing/scrub';
import { allSecrets, cells } from '../coverage/matrix';

/** Texts of a list are sifted together before any of them is searched; that must cost no finding. */
test('what the matrix of leaks holds is found in lists as in each text alone', () => {
	const secrets = allSecrets(5);
	const texts = cells(5).map(({ sample }) => sample.text);
	expect(texts.length).toBeGreaterThan(1000);
	const scrubber = createScrubber(secrets);
	for (let at = 0; at < texts.length; at += 4) {
		const filler = `item ${at} of the list, shipped and delivered`;
		const list = [filler, ...texts.slice(at, at + 4), filler];
		expect(scrubber.value(list)).toEqual(list.map((text) => scrubber.text(text)));
	}
});
