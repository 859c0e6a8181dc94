// The parent's side of the process that fuzzes: hears which attempt it is in, and kills it when it hangs.
import { type ChildProcess, fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { FuzzFailure } from '@infimum/core/testing';
import type { Message, Request, Tally } from './fuzz-cell.ts';

/** Seconds by the clock, where no processor time is to be had, or none is used. */
const PATIENCE = 60;

/** The attempt in which a process ended, and why it did. */
interface Death {
  readonly attempt: number;
  readonly cause: string;
  /** What it was about, where that is known. */
  readonly mutation: string;
  /** What was found before. */
  readonly failures: readonly FuzzFailure[];
}

/** One process, which takes one request after the other until it hangs, traps or crashes. */
export class FuzzProcess {
  readonly #child: ChildProcess = fork(fileURLToPath(new URL('./fuzz-cell.ts', import.meta.url)), {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    execArgv: ['--enable-source-maps', '--disable-warning=ExperimentalWarning'],
  });
  #words = '';

  constructor() {
    this.#child.stderr?.on('data', (text) => {
      this.#words = (this.#words + text).slice(-2000);
    });
  }

  /** What came of the request, or in which attempt and of what the process died. */
  run(request: Request): Promise<Tally | Death> {
    const child = this.#child;
    let attempt = request.first;
    let mutation = '';
    const failures: FuzzFailure[] = [];
    return new Promise((resolve) => {
      // What is done before the first attempt, families and examples, has no limit but the clock's.
      let began = { clock: performance.now(), work: Infinity };
      const timer = setInterval(() => {
        const isHung = secondsOf(child.pid) - began.work > request.patience;
        if (isHung || performance.now() - began.clock > 1000 * PATIENCE) child.kill('SIGKILL');
      }, 250);
      const finish = (end: Tally | Death) => {
        clearInterval(timer);
        child.removeAllListeners('message');
        child.removeAllListeners('close');
        resolve(end);
      };
      child.on('message', (message: Message) => {
        if ('failures' in message) return finish(message);
        if ('failure' in message) return failures.push(message.failure);
        attempt = message.attempt;
        mutation = message.mutation ?? '';
        began = { clock: performance.now(), work: secondsOf(child.pid) };
      });
      child.on('close', (_, signal) => {
        const last = this.#words.trim().split('\n').at(-1) ?? signal;
        finish({
          attempt,
          mutation,
          cause: signal === 'SIGKILL' ? 'hang' : `the process ended: ${last}`,
          failures,
        });
      });
      child.send(request);
    });
  }

  end(): void {
    this.#child.disconnect();
    this.#child.unref();
  }
}

/** Processor time of a process so far; 0 where the system does not tell. */
function secondsOf(pid: number | undefined): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return 0;
  }
}
