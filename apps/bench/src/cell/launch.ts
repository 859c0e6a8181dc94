// The coordinator's side of a cell: starts its process, collects what it reports, and says why it died if it did.
import { type ChildProcess, spawn } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import {
  type CellEnd,
  type CellMessage,
  type CellResult,
  type CellTask,
  type Sample,
  withoutRun,
} from './messages.ts';

/** Where Node keeps compiled code: most short cells spend more time on loading the plug-ins than on solving. */
const COMPILE_CACHE = path.join(os.tmpdir(), 'node-compile-cache');

/** Observers of a cell. */
export interface LaunchOptions {
  readonly onSample?: (sample: Sample) => void;
  /** Kills the process; the promise is then rejected with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** Runs a cell in a process of its own. However the process ends, the result says how. */
export function launchCell(task: CellTask, { onSample, signal }: LaunchOptions = {}): Promise<CellResult> {
  const program = fileURLToPath(new URL('./cell.js', import.meta.url));
  const flags = [`--max-old-space-size=${task.memory}`, '--disable-warning=MODULE_TYPELESS_PACKAGE_JSON'];
  const child = spawn(process.execPath, [...flags, program], {
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    env: { NODE_COMPILE_CACHE: COMPILE_CACHE, ...process.env },
  });
  const samples: Sample[] = [];
  let end: CellEnd | undefined;
  createInterface({ input: child.stdio[3] as Readable }).on('line', (line) => {
    const message = JSON.parse(line) as CellMessage;
    if ('end' in message) {
      end = message.end;
    } else {
      samples.push(message.sample);
      onSample?.(message.sample);
    }
  });
  const lastWords = tailOf(child);
  const kill = () => child.kill('SIGKILL');
  signal?.addEventListener('abort', kill, { once: true });
  // A process that dies before it has read its task is told of by `close`.
  child.stdin?.on('error', () => {});
  child.stdin?.end(JSON.stringify(task));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, killedBy) => {
      signal?.removeEventListener('abort', kill);
      if (signal?.aborted) reject(signal.reason);
      else resolve({ ...(end ?? causeOfDeath(code, killedBy, lastWords(), task.memory)), samples });
    });
  });
}

function causeOfDeath(code: number | null, signal: string | null, words: string, memory: number): CellEnd {
  if (/heap out of memory|heap limit/i.test(words)) {
    return withoutRun('failed', `used more memory than the limit of ${memory} MB for the JavaScript heap`);
  }
  const how = signal ? `was killed by ${signal}` : `ended by itself with exit code ${code}`;
  const lines = words.trim().split('\n');
  const line = lines.find((candidate) => /^(\w*Error\b|FATAL ERROR)/.test(candidate)) ?? lines.at(-1);
  return withoutRun('failed', `the process of the cell ${how}${line ? `: ${line}` : ''}`);
}

/** Keeps the end of what a process prints, for the reason of a crash. */
function tailOf(child: ChildProcess): () => string {
  let tail = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      tail = (tail + text).slice(-4000);
    });
  }
  return () => tail;
}
