// A peer of a plug-in: a program that reads a line of JSON for each run and answers with one.
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { PeerProcess, PeerResult } from '@infimum/peers';
import { isJsonObject } from '../json.ts';
import type { PluginPeer } from '../plugins.ts';

/** How much longer than it says a run may take: a factor, and seconds for the way there and back. */
const PLAUSIBLE_FACTOR = 2;
const TRANSFER_SECONDS = 0.5;

/** What the benchmark asks of the process of peers. */
type Interface = Pick<PeerProcess, 'pid' | 'list' | 'start' | 'close' | 'solve' | 'extraSeconds' | 'environment' | 'absent'>;

/** The process of one such peer; it is started once, and again if it ended. */
export class LinePeer implements Interface {
  readonly extraSeconds = { preparing: 60, stopping: 5 } as const;
  readonly environment = {};
  readonly absent = {};
  readonly #peer: PluginPeer;
  #child: ChildProcess | undefined;
  #lines: AsyncIterator<string> | undefined;
  #complaint = '';

  constructor(peer: PluginPeer) {
    this.#peer = peer;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  list(): ReturnType<PeerProcess['list']> {
    return [this.#peer];
  }

  async start(): Promise<void> {
    if (this.#child && this.#child.exitCode === null && this.#child.signalCode === null) return;
    const [program, ...args] = this.#peer.command;
    // The cells of other solvers start without them.
    const { spawn } = process.getBuiltinModule('node:child_process');
    const { createInterface } = process.getBuiltinModule('node:readline');
    const child = spawn(program, args, { cwd: this.#peer.folder, stdio: ['pipe', 'pipe', 'pipe'] });
    child.stdin.on('error', () => {});
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#complaint = (this.#complaint + text).slice(-1000);
    });
    this.#lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    this.#child = child;
    await once(child, 'spawn').catch((error: Error) => {
      throw new Error(`${program} cannot be started: ${error.message}`);
    });
  }

  async close(): Promise<void> {
    this.#child?.kill('SIGKILL');
  }

  async solve(_id: string, instance: object, options: object, { seconds }: { readonly seconds: number }): Promise<PeerResult> {
    const began = performance.now();
    this.#child?.stdin?.write(`${JSON.stringify({ instance, options, seconds }, plain)}\n`);
    const line = await this.#lines?.next();
    const elapsed = (performance.now() - began) / 1000;
    if (!line || line.done) return unfinished(`the peer ended: ${this.#complaint.trim().split('\n').at(-1) || 'no message'}`);
    return readResult(line.value, elapsed);
  }
}

/** Typed arrays as lists. */
const plain = (_: string, value: unknown): unknown => (ArrayBuffer.isView(value) ? [...(value as Float64Array)] : value);

const STATUSES: readonly string[] = ['converged', 'stalled', 'iteration-limit', 'time-limit', 'declined', 'failed'];

function readResult(line: string, elapsed: number): PeerResult {
  let answer: unknown;
  try {
    answer = JSON.parse(line);
  } catch {
    return unfinished('the peer answered what is no JSON');
  }
  if (!isJsonObject(answer)) return unfinished('the peer answered no object');
  const { status, reason, seconds, iterations, solution } = answer;
  if (!STATUSES.includes(String(status))) return unfinished(`the peer answered the status ${JSON.stringify(status)}`);
  const isPlausible = typeof seconds === 'number' && seconds >= 0 && elapsed <= PLAUSIBLE_FACTOR * seconds + TRANSFER_SECONDS;
  return {
    status: status as PeerResult['status'],
    reason: typeof reason === 'string' && reason !== '' ? reason : 'the peer gives no reason',
    seconds: isPlausible ? seconds : elapsed,
    iterations: Number.isSafeInteger(iterations) ? (iterations as number) : undefined,
    solution: isJsonObject(solution) ? (withArrays(solution) as PeerResult['solution']) : undefined,
    path: undefined,
  };
}

/** Lists of numbers as typed arrays. */
function withArrays(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.every((item) => typeof item === 'number') ? Float64Array.from(value) : value.map(withArrays);
  }
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withArrays(item)]));
}

function unfinished(reason: string): PeerResult {
  return { status: 'failed', reason, seconds: 0, iterations: undefined, solution: undefined };
}
