// The coordinator's side of cells: starts their process, sends it one after the other, collects what it reports, and
// says why it died if it did. A process that fails, hangs, is stopped or killed costs the cell that it was in.
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import os from 'node:os';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { checkMessage, MalformedMessage, MOST_SAMPLES, tidyReason } from './border.ts';
import { graceOf } from './drive.ts';
import { encodeFrame, FrameReader } from './frames.ts';
import type { Keeper } from './keeper.ts';
import type { Cell, CellEnd, CellResult, CellTask, Sample, WatchdogMessage } from './messages.ts';
import { withoutRun } from './messages.ts';

/** Where Node keeps compiled code: loading the plug-ins takes longer than most short cells. */
const COMPILE_CACHE = path.join(os.tmpdir(), 'node-compile-cache');
/** Seconds without a sign from the watchdog thread, which gives two a second while a cell runs. */
const SILENCE_SECONDS = 8;
/** Seconds for everything that a cell may do beside solving: loading, building, judging, the peers' imports. */
const MARGIN_SECONDS = 1200;
/** A peer is run again for every power of ten of its tolerance. */
const RUNS_OF_A_PEER = 16;
const CHECK_SECONDS = 0.5;
/** Seconds in which a killed process ends and its pipes run dry, unless somebody else holds them. */
const END_SECONDS = 1;

/** What all processes of a run have in common. */
export interface LaunchSettings {
  /** Files of plug-ins to load. */
  readonly plugins: readonly string[];
  /** Largest resident set in megabytes. */
  readonly memory: number;
  /** Kills the processes; the promises of their cells are then rejected with the signal's reason. */
  readonly signal: AbortSignal;
  /** Ends the processes if this one is killed. */
  readonly keeper: Keeper;
}

/** Runs the cells of one solver, one at a time, in one process as long as it is well and in a new one when it is not. */
export class CellRunner {
  readonly #settings: LaunchSettings;
  #process: CellProcess | undefined;

  constructor(settings: LaunchSettings) {
    this.#settings = settings;
  }

  /** Runs a cell. However its process ends, the result says how. */
  async run(cell: Cell, onSample?: (sample: Sample) => void): Promise<CellResult> {
    if (!this.#process?.usable) {
      await this.#process?.end();
      const { keeper, signal } = this.#settings;
      // A cell that nobody keeps could outlive this process.
      await keeper.ready();
      signal.throwIfAborted();
      this.#process = new CellProcess(this.#settings);
    }
    return this.#process.run(cell, onSample);
  }

  /** Ends the process. */
  async close(): Promise<void> {
    await this.#process?.end();
    this.#process = undefined;
  }
}

/** The cell that a process is in. */
interface Running {
  readonly cell: Cell;
  readonly samples: Sample[];
  readonly began: number;
  readonly onSample: ((sample: Sample) => void) | undefined;
  readonly resolve: (result: CellResult) => void;
  readonly reject: (error: unknown) => void;
}

/** One process, from its start to its end. */
class CellProcess {
  readonly #child: ChildProcess;
  readonly #settings: LaunchSettings;
  readonly #timer: NodeJS.Timeout;
  readonly #abort = () => this.#killGroup();
  readonly #ended: Promise<unknown>;
  #running: Running | undefined;
  #task = 0;
  #usable = true;
  /** Why we or the watchdog killed it. */
  #verdict: CellEnd | undefined;
  /** The end of what it printed, for the reason of a crash. */
  #words = '';
  #heard = 0;
  #checked = 0;
  /** Its number may belong to another process. */
  #buried = false;

  constructor(settings: LaunchSettings) {
    this.#settings = settings;
    const program = fileURLToPath(new URL('./cell.js', import.meta.url));
    const { memory, signal, keeper } = settings;
    const flags = [`--max-old-space-size=${memory}`, '--disable-warning=MODULE_TYPELESS_PACKAGE_JSON'];
    this.#child = spawn(process.execPath, [...flags, program, keeper.mark], {
      stdio: ['pipe', 'pipe', 'pipe', 'pipe', 'pipe'],
      env: { NODE_COMPILE_CACHE: COMPILE_CACHE, ...process.env },
      // A process group of its own: what a solver starts ends with it.
      detached: true,
    });
    if (this.#child.pid !== undefined) keeper.add(this.#child.pid);
    this.#ended = once(this.#child, 'exit').catch((error: Error) =>
      this.#die(`cannot be started: ${error.message}`),
    );
    this.#child.on('exit', (code, killedBy) => this.#bury(code, killedBy));
    this.#listen();
    this.#timer = setInterval(() => this.#check(), 1000 * CHECK_SECONDS);
    signal.addEventListener('abort', this.#abort, { once: true });
  }

  /** Whether it can take another cell. */
  get usable(): boolean {
    return this.#usable && !this.#running;
  }

  run(cell: Cell, onSample?: (sample: Sample) => void): Promise<CellResult> {
    const { plugins, memory, signal } = this.#settings;
    if (signal.aborted) return Promise.reject(signal.reason);
    const task: CellTask = { task: ++this.#task, cell, plugins, coordinator: process.pid, memory };
    this.#words = '';
    this.#heard = this.#checked = performance.now();
    return new Promise((resolve, reject) => {
      this.#running = { cell, samples: [], began: performance.now(), onSample, resolve, reject };
      this.#child.stdin?.write(encodeFrame(task));
    });
  }

  /** Ends the process and waits for its end. */
  async end(): Promise<void> {
    this.#usable = false;
    this.#killGroup();
    // A process that the kernel does not let go must not hold the run.
    await Promise.race([this.#ended, sleep(1000 * END_SECONDS, undefined, { ref: false })]);
    this.#release();
  }

  #listen(): void {
    const { stdin, stdout, stderr, stdio } = this.#child;
    // A process that dies before it has read its task is told of by `exit`.
    stdin?.on('error', () => {});
    for (const stream of [stdout, stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#words = (this.#words + text).slice(-4000);
      });
    }
    this.#read(stdio[3] as Readable, (message) => this.#take(message));
    this.#read(stdio[4] as Readable, (message) => this.#hear(message as WatchdogMessage));
  }

  #read(pipe: Readable, take: (message: unknown) => void): void {
    const reader = new FrameReader();
    pipe.on('error', () => {});
    pipe.on('data', (chunk: Buffer) => {
      if (!this.#usable) return;
      try {
        for (const message of reader.push(chunk)) take(message);
      } catch (error) {
        this.#die(`sent ${(error as Error).message} instead of results, so it was killed`);
      }
    });
  }

  #take(received: unknown): void {
    const message = checkMessage(received);
    const running = this.#running;
    if (!running || message.task !== this.#task)
      throw new MalformedMessage('a message about no cell of its own');
    if ('sample' in message) {
      if (running.samples.push(message.sample) > MOST_SAMPLES)
        throw new MalformedMessage('samples without an end');
      running.onSample?.(message.sample);
      return;
    }
    if (message.last) this.#usable = false;
    this.#settle(message.end);
  }

  #hear(message: WatchdogMessage): void {
    this.#heard = performance.now();
    if (typeof Object(message).killed !== 'string') return;
    const { killed, peakMemory } = message as { killed: string; peakMemory: unknown };
    this.#verdict ??= withoutRun(
      'failed',
      tidyReason(killed),
      Number.isSafeInteger(peakMemory) ? (peakMemory as number) : null,
    );
  }

  /** The deadline for a cell whose own watchdog does not keep it. */
  #check(): void {
    const now = performance.now();
    // When this process itself was held up, the signs of the others are yet to be read.
    if (now - this.#checked > 2000 * CHECK_SECONDS + 1000) this.#heard = now;
    this.#checked = now;
    if (!this.#running) return;
    const { cell, began } = this.#running;
    const runs = cell.role === 'peer' ? RUNS_OF_A_PEER : 2;
    const seconds = runs * (cell.budget + graceOf(cell.budget)) + MARGIN_SECONDS;
    if (now - this.#heard > 1000 * SILENCE_SECONDS) {
      this.#die(`gave no sign of life for ${SILENCE_SECONDS} s, so it was killed`);
    } else if (now - began > 1000 * seconds) {
      this.#die(`was not through after ${Math.round(seconds)} s, so it was killed`);
    }
  }

  /** Fails the cell, and kills the process. */
  #die(reason: string): void {
    this.#verdict ??= withoutRun('failed', tidyReason(`the process of the cell ${reason}`));
    this.#usable = false;
    this.#killGroup();
    // `exit` follows at once, unless there never was a process or the kernel does not let it go.
    setTimeout(() => this.#settle(this.#verdict as CellEnd), 1000 * END_SECONDS).unref();
  }

  /** After the end of the process: reads what is left in its pipes, and tells what came of its cell. */
  async #bury(code: number | null, killedBy: string | null): Promise<void> {
    const closed = once(this.#child, 'close');
    // Children that it left would hold the pipes.
    this.#killGroup();
    this.#buried = true;
    if (this.#child.pid !== undefined) this.#settings.keeper.remove(this.#child.pid);
    await Promise.race([closed, sleep(1000 * END_SECONDS)]);
    this.#usable = false;
    const { memory } = this.#settings;
    this.#settle(this.#verdict ?? causeOfDeath(code, killedBy, this.#words, memory));
    this.#release();
  }

  #settle(end: CellEnd): void {
    const running = this.#running;
    this.#running = undefined;
    if (!running) return;
    const { signal } = this.#settings;
    if (signal.aborted) running.reject(signal.reason);
    else running.resolve({ ...end, samples: running.samples });
  }

  #killGroup(): void {
    const { pid } = this.#child;
    if (pid === undefined || this.#buried) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // No such group any more; and Windows has none.
      this.#child.kill('SIGKILL');
    }
  }

  /** Lets go of whatever would keep the coordinator alive. */
  #release(): void {
    clearInterval(this.#timer);
    this.#settings.signal.removeEventListener('abort', this.#abort);
    for (const stream of this.#child.stdio) stream?.destroy();
    this.#child.unref();
  }
}

function causeOfDeath(code: number | null, signal: string | null, words: string, memory: number): CellEnd {
  if (/heap out of memory|heap limit/i.test(words)) {
    return withoutRun('failed', `used more memory than the limit of ${memory} MB for the JavaScript heap`);
  }
  const how = signal ? `was killed by ${signal}` : `ended by itself with exit code ${code}`;
  const lines = words.trim().split('\n');
  const line = lines.find((candidate) => /^(\w*Error\b|FATAL ERROR)/.test(candidate)) ?? lines.at(-1);
  return withoutRun('failed', tidyReason(`the process of the cell ${how}${line ? `: ${line}` : ''}`));
}
