// Clients from npm, led by lines on stdin:
//   ws URL      open a WebSocket (package ws)
//   sse URL     open an EventSource (package eventsource), which comes back by itself
//   drop        cut the WebSocket without a good-bye
// What happens is told on stdout, one JSON object a line.
'use strict';
const path = require('path');
const modules = path.join(process.argv[2], 'node_modules');
const WebSocket = require(path.join(modules, 'ws'));
const EventSource = require(path.join(modules, 'eventsource'));
let socket = null;
let source = null;

function tell(what) {
	process.stdout.write(JSON.stringify(what) + '\n');
}

function openSocket(url) {
	socket = new WebSocket(url, ['muster.v1']);
	socket.on('open', () => tell({ event: 'open', protocol: socket.protocol }));
	socket.on('message', (data, isBinary) => tell({ event: 'message', isBinary, data: data.toString() }));
	socket.on('close', (code) => tell({ event: 'close', code }));
	socket.on('error', (error) => tell({ event: 'error', text: String(error) }));
}

function openSource(url) {
	source = new EventSource(url);
	source.onmessage = (e) => tell({ event: 'message', id: e.lastEventId, data: e.data });
	source.onerror = () => tell({ event: 'error', state: source.readyState });
	for (const name of ['welcome', 'resumed', 'kick', 'drain'])
		source.addEventListener(name, (e) => tell({ event: name, id: e.lastEventId, data: e.data }));
}

require('readline').createInterface({ input: process.stdin }).on('line', (line) => {
	const [word, url] = line.split(' ');
	if (word === 'ws')
		openSocket(url);
	else if (word === 'sse')
		openSource(url);
	else if (word === 'drop')
		socket.terminate();
}).on('close', () => process.exit(0));
