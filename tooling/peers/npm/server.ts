// Runs packages of npm in a separate process, one request at a time, over standard input and output, like peer_server.py
// for Python.
import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import type { PeerMessage } from '../src/protocol.ts';
import { encodeMessage, MessageDecoder } from '../src/protocol.ts';
import { graphsPeers } from './graphs.ts';
import { linalgPeers } from './linalg.ts';
import type { NpmPeer, NpmResult } from './peer.ts';
import { Declined } from './peer.ts';

const peers: Readonly<Record<string, NpmPeer>> = { ...linalgPeers, ...graphsPeers };

/** Compilation does not count: warm-up runs before the measured one take so many seconds in total, ... */
const WARM_UP_SECONDS = 0.1;
/** ... and the first run does not count unless it is so long that a second one would cost too much. */
const LONG_SECONDS = 0.25;

const write = process.stdout.write.bind(process.stdout);
// Output of a package must not get between the messages.
process.stdout.write = process.stderr.write.bind(process.stderr) as typeof process.stdout.write;

const decoder = new MessageDecoder(
  (request) => {
    for (const chunk of encodeMessage({ id: request['id'], ...answer(request) })) write(chunk);
  },
  () => {},
);
process.stdin.on('data', (chunk: Uint8Array) => decoder.push(chunk));
process.stdin.on('end', () => process.exit(0));

function answer(request: PeerMessage): object {
  if (request['method'] === 'list') {
    const solvers = Object.entries(peers).map(([id, { title, problem, variant = '', package: name }]) => ({
      id,
      title,
      problem,
      variant,
      package: name,
      version: versionOf(name),
    }));
    return { solvers, absent: {}, environment: { node: process.version } };
  }
  const peer = peers[String(request['solver'])];
  if (!peer) return error('unknown-solver', `no peer is called ${request['solver']}`);
  try {
    let run = solve(peer, request);
    let spent = run.seconds;
    if (spent < LONG_SECONDS) {
      do {
        run = solve(peer, request);
        spent += run.seconds + 1e-3;
      } while (spent < WARM_UP_SECONDS);
    }
    return run;
  } catch (reason) {
    if (reason instanceof Declined) return error('declined', reason.message);
    return error('failed', reason instanceof Error ? `${reason.name}: ${reason.message}` : String(reason));
  }
}

function solve(peer: NpmPeer, request: PeerMessage): NpmResult & { readonly seconds: number } {
  let seconds = 0;
  const result = peer.solve(request['instance'] as never, (work) => {
    const begin = performance.now();
    const found = work();
    seconds += (performance.now() - begin) / 1000;
    return found;
  });
  return { ...result, seconds };
}

function versionOf(name: string): string {
  const file = findPackageJSON(name, import.meta.url);
  return file ? (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version : '';
}

const error = (code: string, message: string) => ({ error: { code, message } });
