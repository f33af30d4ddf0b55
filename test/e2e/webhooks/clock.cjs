const { AsyncLocalStorage } = require('node:async_hooks');
const { Server } = require('node:http');

/*
 * A hook file for the n8n of the tests: a request with this header is handled as at that time, in
 * milliseconds since 1970. Published vectors are years old, and "one second too old" needs a clock that
 * stands still. Whatever has no such header has the machine's clock.
 */
const HEADER = 'x-test-clock';

const times = new AsyncLocalStorage();
const { now } = Date;
Date.now = () => times.getStore() ?? now();

const { emit } = Server.prototype;
Server.prototype.emit = function (event, request, ...rest) {
	const time = event === 'request' ? request.headers[HEADER] : undefined;
	if (time === undefined) return emit.call(this, event, request, ...rest);
	return times.run(Number(time), () => emit.call(this, event, request, ...rest));
};

module.exports = {};
