/*
 * What a node notes for others of the same n8n, beside its work and without being waited for. A unit test ends
 * before that does; test/integration/events shows it.
 */
jest.mock('../src/host/denials', () => ({ noteDenial: () => {} }));
jest.mock('../src/host/rotations', () => ({
	...jest.requireActual<object>('../src/host/rotations'),
	noteUse: () => {},
	forgetUse: async () => await Promise.resolve(),
}));
