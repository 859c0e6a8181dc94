// The parent's side of the fuzzing process: follows its attempts, and kills it when it hangs.
import type { ChildProcess } from 'node:child_process';
import { fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { FuzzFailure } from '@infimum/core/testing';
import type { Message, Request, Tally } from './fuzz-cell.ts';

/**
 * Seconds of processor time for the work before the first attempt; wall-clock seconds where processor time is unavailable or
 * not used. On a loaded machine, wall-clock time alone would count a waiting process as hung.
 */
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
      // Families and examples come before the first attempt.
      let began = { work: secondsOf(child.pid), patience: PATIENCE };
      let moved = { clock: performance.now(), work: began.work };
      const timer = setInterval(() => {
        const [clock, work] = [performance.now(), secondsOf(child.pid)];
        if (work > moved.work) moved = { clock, work };
        const isHung = work - began.work > began.patience;
        if (isHung || clock - moved.clock > 1000 * PATIENCE) child.kill('SIGKILL');
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
        began = { work: secondsOf(child.pid), patience: request.patience };
        moved = { clock: performance.now(), work: began.work };
      });
      child.on('close', (_, signal) => {
        const lines = this.#words.trim().split('\n');
        const last = lines.findLast((line) => /^\w*(Error|FATAL ERROR)\b/.test(line)) ?? lines.at(-1) ?? signal;
        finish({ attempt, mutation, cause: signal === 'SIGKILL' ? 'hang' : `the process ended: ${last}`, failures });
      });
      child.send(request);
    });
  }

  end(): void {
    this.#child.disconnect();
    this.#child.unref();
  }
}

/** Processor time of a process so far; 0 where the system does not report it. */
function secondsOf(pid: number | undefined): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return 0;
  }
}
