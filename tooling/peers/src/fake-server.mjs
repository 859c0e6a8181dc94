// A stand-in for peer_server.py in tests: speaks the protocol with code of its own, and misbehaves on request.
const solvers = ['echo', 'ask', 'dribble', 'environment', 'hang', 'crash', 'babble', 'refuse'].map((id) => ({
  id,
  title: id,
  problem: 'test/echo',
  variant: '',
  package: 'fake',
  version: '1.2.3',
}));

const sizes = { float64: 8, float32: 4, int32: 4, uint32: 4, uint16: 2, uint8: 1 };

let buffer = Buffer.alloc(0);
/** What is asked for next: x = 1, 2, 3, …, and the values so far. */
let asked;
process.stdin.on('data', (chunk) => {
  buffer = Buffer.concat([buffer, chunk]);
  const end = buffer.indexOf('\n');
  if (end < 0) return;
  const request = JSON.parse(buffer.subarray(0, end).toString());
  const size = request.arrays.reduce((sum, { type, length }) => sum + sizes[type] * length, 0);
  if (buffer.length < end + 1 + size) return;
  const bytes = Buffer.from(buffer.subarray(end + 1, end + 1 + size));
  buffer = Buffer.from(buffer.subarray(end + 1 + size));
  answer(request, bytes);
});

function answer(request, bytes) {
  if (asked) {
    asked.values.push(...new Float64Array(bytes.buffer, bytes.byteOffset, bytes.length / 8));
    return askOn(request.stop);
  }
  if (request.method === 'list') {
    return send({ id: request.id, solvers, absent: {}, environment: { python: 'none' }, arrays: [] });
  }
  const solved = { id: request.id, status: 'converged', reason: 'done', seconds: 0.25, iterations: null };
  const echo = { ...solved, solution: request.instance, arrays: request.arrays };
  switch (request.solver) {
    case 'echo':
      return send(echo, bytes);
    case 'ask':
      asked = { id: request.id, values: [], names: request.functions };
      return askOn(false);
    case 'dribble':
      return dribble(Buffer.concat([Buffer.from(`${JSON.stringify(echo)}\n`), bytes]));
    case 'environment':
      return send({ ...solved, solution: { variables: { ...process.env } }, arrays: [] });
    case 'crash':
      process.stderr.write('first line\nout of memory\n');
      return process.exit(3);
    case 'babble':
      return process.stdout.write('Welcome to my solver!\n');
    case 'refuse':
      return send({ id: request.id, error: { code: 'failed', message: 'ValueError: no' }, arrays: [] });
  }
}

/** Asks about the points (k, 1) and (k, 2) until it is told to stop, a quarter of a second of its own each time. */
function askOn(stop) {
  const { id, values, names } = asked;
  const count = values.length / 2;
  if (stop || count === 3) {
    asked = undefined;
    const solution = { values, names, stop };
    const path = [{ seconds: 0.25, iterations: 1, solution: { x: 1 } }];
    return send({ id, status: 'stalled', reason: 'enough', seconds: 1, iterations: null, solution, path, arrays: [] });
  }
  const points = { rows: 2, cols: 2, values: { $array: 0 } };
  const bytes = Buffer.from(Float64Array.of(count, 1, count, 2).buffer);
  const arrays = [{ type: 'float64', length: 4 }];
  send({ id, ask: 'product', points, seconds: 0.25 * count, arrays }, bytes);
}

function send(header, bytes = Buffer.alloc(0)) {
  process.stdout.write(Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), bytes]));
}

/** One byte at a time, so that no part of a message arrives whole. */
function dribble(bytes, offset = 0) {
  if (offset === bytes.length) return;
  process.stdout.write(bytes.subarray(offset, offset + 1));
  setImmediate(dribble, bytes, offset + 1);
}
