import { inspect } from 'node:util';
import { createScrubber } from '../../../src/sealing/scrub';

const T = 'sk_live_51HyTqZ8wKd93LmPq7Rt';
test('smoke', () => {
	const s = createScrubber([
		{ name: 'key', value: T },
		{ name: 'w', value: 'postgres' },
	]);
	const b = Buffer.from(T);
	for (const text of [
		`a ${T} b`,
		JSON.stringify({ a: T }),
		encodeURIComponent(T),
		b.toString('base64'),
		Buffer.from(`user:${T}`).toString('base64'),
		b.toString('hex'),
		b.toString('hex').replace(/../g, '$& '),
		JSON.stringify(b),
		JSON.stringify(new Uint8Array(b)),
		[...T].map((c) => '\\u' + c.charCodeAt(0).toString(16).padStart(4, '0')).join(''),
		[...b].map((c) => '%' + c.toString(16)).join(''),
		[...b].map((c) => '%25' + c.toString(16)).join(''),
		[...b].map((c) => `&#${c};`).join(''),
		T.toUpperCase(),
		Buffer.from(b.toString('base64')).toString('base64'),
		'xx' + b.toString('base64').replace(/.{10}/g, '$&\r\n'),
		Buffer.from(T, 'utf16le').toString('base64'),
		T.slice(0, 20),
		inspect(b),
		Buffer.from(b.toString('hex')).toString('base64'),
		'clean',
		'postgres',
		'use postgres now',
		[...T].reverse().join(''),
		`${T.slice(0, 10)}\x1b[31m${T.slice(10)}`,
		`${T.slice(0, 10)}\n${T.slice(10)}`,
	])
		console.log(text, '=>', s.text(text));
	const cyc: any = { a: [T] };
	cyc.self = cyc;
	class P {
		#x = T;
		y = 1;
		toJSON() {
			return { x: this.#x };
		}
	}
	const v = {
		m: new Map([[T, { a: T }]]),
		s: new Set([T]),
		b,
		e: new Error('bad ' + T, { cause: new Error(T) }),
		cyc,
		p: new P(),
		n: [T],
		d: new Date(),
		[T]: 1,
	};
	console.log(inspect(s.value(v), { depth: 9 }), JSON.stringify(s.value(new P())));
	const st = s.stream();
	let out = '';
	for (const c of `a ${T} b ${b.toString('base64')}`.repeat(50)) out += st.write(c);
	out += st.flush();
	expect(out).toBe(s.text(`a ${T} b ${b.toString('base64')}`.repeat(50)));
	const clean = { a: [1, 'x'.repeat(100)] };
	expect(s.value(clean)).toBe(clean);
	console.log(s.weak);
});
