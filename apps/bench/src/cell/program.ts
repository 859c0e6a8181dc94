// The coordinator's side of a process that runs one of our programs: starts it, reads what it sends, and says why it died
// if it did. A process that fails, hangs, is stopped or killed costs what it was doing.
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import os from 'node:os';
import path from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { tidyReason } from './border.ts';
import { killMarked, killStrays } from './descendants.ts';
import { cellEnvironment } from './environment.ts';
import type { Frame } from './frames.ts';
import { encodeFrame, FrameReader } from './frames.ts';
import type { CellEnd, LaunchSettings, WatchdogMessage } from './messages.ts';
import { withoutRun } from './messages.ts';

/** Where Node keeps compiled code: loading the plug-ins takes longer than most short cells. */
const COMPILE_CACHE = path.join(os.tmpdir(), 'node-compile-cache');
/** Seconds without a sign from the watchdog thread, which gives two a second while a cell runs. */
const SILENCE_SECONDS = 8;
const CHECK_SECONDS = 0.5;
/** Seconds in which a killed process ends and its pipes run dry, unless another process holds them. */
const END_SECONDS = 1;

/** What a process is for. */
export interface ProgramSettings extends LaunchSettings {
  readonly file: 'cell.js' | 'judge.js';
  /** What to call it: `the process of the cell`. */
  readonly name: string;
}

let started = 0;

/** One process, from its start to its end. */
export abstract class Program {
  protected readonly settings: ProgramSettings;
  readonly #mark: string;
  readonly #child: ChildProcess;
  readonly #timer: NodeJS.Timeout;
  readonly #abort = () => this.#killGroup();
  readonly #ended: Promise<unknown>;
  #usable = true;
  /** Why we or the watchdog killed it. */
  #verdict: CellEnd | undefined;
  /** The end of what it printed, for the reason of a crash. */
  #words = '';
  #lastSign = 0;
  #checked = 0;
  /** Its number may belong to another process. */
  #hasExited = false;

  constructor(settings: ProgramSettings) {
    this.settings = settings;
    const { memory, signal, cleaner, file, environment, programs } = settings;
    this.#mark = `${cleaner.mark}/${started++}`;
    const flags = [`--max-old-space-size=${memory}`, '--disable-warning=MODULE_TYPELESS_PACKAGE_JSON'];
    const program = path.join(programs ?? path.dirname(fileURLToPath(import.meta.url)), file);
    this.#child = spawn(process.execPath, [...flags, program, cleaner.mark], {
      stdio: ['pipe', 'pipe', 'pipe', 'pipe', 'pipe', 'pipe'],
      env: {
        NODE_COMPILE_CACHE: COMPILE_CACHE,
        ...cellEnvironment(process.env, environment),
        // What children inherit, wherever they go.
        INFIMUM_RUN: this.#mark,
      },
      // A process group of its own: what a solver starts ends with it.
      detached: true,
    });
    if (this.#child.pid !== undefined) cleaner.add(this.#child.pid);
    this.#ended = once(this.#child, 'exit').catch((error: Error) => this.fail(`cannot be started: ${error.message}`));
    this.#child.on('exit', (code, killedBy) => this.#handleExit(code, killedBy));
    this.#listen();
    this.#timer = setInterval(() => this.#check(), 1000 * CHECK_SECONDS);
    signal.addEventListener('abort', this.#abort, { once: true });
  }

  /** Whether it can take another task. */
  get usable(): boolean {
    return this.#usable;
  }

  /** Takes a message. */
  protected abstract receive(frame: Frame): void;

  /** The process died; the reason says why. */
  protected abstract settle(end: CellEnd): void;

  /** Whether there is something that it has to do, and why that takes too long. */
  protected abstract get isBusy(): boolean;
  protected abstract overdue(now: number): string | undefined;

  /** Ends the process and waits for its end. */
  async end(): Promise<void> {
    this.retire();
    this.#killGroup();
    // A process that the kernel does not let go must not hold the run.
    await Promise.race([this.#ended, sleep(1000 * END_SECONDS, undefined, { ref: false })]);
    this.#release();
  }

  /** It gets no more tasks. */
  protected retire(): void {
    this.#usable = false;
  }

  /** A new task: what was printed and heard before does not count. */
  protected beginTask(): void {
    this.#words = '';
    this.#lastSign = this.#checked = performance.now();
  }

  protected send(message: unknown, blob?: Buffer): void {
    for (const bytes of encodeFrame(message, blob)) this.#child.stdin?.write(bytes);
  }

  /** Lets a process that waits go on. */
  protected release(pipe: number): void {
    (this.#child.stdio[pipe] as Writable).write('.');
  }

  /** Fails what it does, and kills the process. */
  protected fail(reason: string): void {
    this.failWith(`${this.settings.name} ${reason}`);
  }

  protected failWith(reason: string): void {
    this.#verdict ??= withoutRun('failed', tidyReason(reason));
    this.#usable = false;
    this.#killGroup();
    // `exit` follows at once, unless there never was a process or the kernel does not let it go.
    setTimeout(() => this.settle(this.#verdict as CellEnd), 1000 * END_SECONDS).unref();
  }

  #listen(): void {
    const { stdin, stdout, stderr, stdio } = this.#child;
    // A process that dies before it has read its task is told of by `exit`.
    for (const pipe of [stdin, ...stdio.slice(5)]) pipe?.on('error', () => {});
    for (const stream of [stdout, stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#words = (this.#words + text).slice(-4000);
      });
    }
    this.#read(stdio[3] as Readable, (frame) => this.receive(frame));
    this.#read(stdio[4] as Readable, ({ message }) => this.#receiveSign(message as WatchdogMessage));
  }

  #read(pipe: Readable, take: (frame: Frame) => void): void {
    const reader = new FrameReader();
    pipe.on('error', () => {});
    pipe.on('data', (chunk: Buffer) => {
      if (!this.#usable) return;
      try {
        for (const frame of reader.push(chunk)) take(frame);
      } catch (error) {
        this.fail(`sent ${(error as Error).message} instead of results, so it was killed`);
      }
    });
  }

  #receiveSign(message: WatchdogMessage): void {
    this.#lastSign = performance.now();
    if (typeof Object(message).killed !== 'string') return;
    const { killed, peakMemory } = message as { killed: string; peakMemory: unknown };
    this.#verdict ??= withoutRun(
      'failed',
      tidyReason(killed),
      Number.isSafeInteger(peakMemory) ? (peakMemory as number) : null,
    );
  }

  /** The deadline for a process whose own watchdog does not keep it. */
  #check(): void {
    const now = performance.now();
    // When this process itself was held up, the signs of the others are yet to be read.
    if (now - this.#checked > 2000 * CHECK_SECONDS + 1000) this.#lastSign = now;
    this.#checked = now;
    if (!this.isBusy) return;
    const overdue = this.overdue(now);
    if (now - this.#lastSign > 1000 * SILENCE_SECONDS) {
      this.fail(`was silent for ${SILENCE_SECONDS} s, so it was killed`);
    } else if (overdue !== undefined) {
      this.fail(overdue);
    }
  }

  /** After the end of the process: reads what is left in its pipes, and tells why it ended. */
  async #handleExit(code: number | null, killedBy: string | null): Promise<void> {
    const closed = once(this.#child, 'close');
    // Children that it left would hold the pipes.
    this.#killGroup();
    this.#hasExited = true;
    killMarked(this.#mark, this.#child.pid);
    const { cleaner, memory, name } = this.settings;
    if (this.#child.pid !== undefined) cleaner.remove(this.#child.pid);
    await Promise.race([closed, sleep(1000 * END_SECONDS)]);
    this.#usable = false;
    this.settle(this.#verdict ?? causeOfDeath(code, killedBy, this.#words, memory, name));
    this.#release();
  }

  #killGroup(): void {
    const { pid } = this.#child;
    if (pid === undefined || this.#hasExited) return;
    // Those that left the group are found as long as it lives, and by the mark afterwards.
    killStrays(pid);
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
    this.settings.signal.removeEventListener('abort', this.#abort);
    for (const stream of this.#child.stdio) stream?.destroy();
    this.#child.unref();
  }
}

function causeOfDeath(code: number | null, signal: string | null, words: string, memory: number, name: string) {
  if (/heap out of memory|heap limit/i.test(words)) {
    return withoutRun('failed', `used more memory than the limit of ${memory} MB for the JavaScript heap`);
  }
  const how = signal ? `was killed by ${signal}` : `ended by itself with exit code ${code}`;
  const lines = words.trim().split('\n');
  const line = lines.find((candidate) => /^(\w*Error\b|FATAL ERROR)/.test(candidate)) ?? lines.at(-1);
  return withoutRun('failed', tidyReason(`${name} ${how}${line ? `: ${line}` : ''}`));
}
