// The coordinator's side of cells: sends them one after the other to a process, has their solutions judged by another one,
// and collects what both report.
import { canonicalJson } from '../json.ts';
import { checkMessage, MalformedMessage, MOST_SAMPLES } from './border.ts';
import { graceOf } from './drive.ts';
import type { Frame } from './frames.ts';
import type { Judge, JudgePool } from './judges.ts';
import type { Cell, CellEnd, CellResult, CellTask, LaunchSettings, Moment, RunEnd, Sample } from './messages.ts';
import { JUDGED_PIPE, judged } from './messages.ts';
import { Program } from './program.ts';

/** Seconds for everything that a cell may do beside solving: loading, building, judging, the peers' imports. */
const MARGIN_SECONDS = 1200;
/** A peer is run again for every power of ten of its tolerance. */
const RUNS_OF_A_PEER = 16;
/** How much more time than its own clock shows a cell's process may take: a factor, seconds, and bytes a second. */
const CLOCK_FACTOR = 3;
const CLOCK_SLACK = 2;
const TRANSFER_RATE = 5e7;

/** How cells of a run are run. */
export interface RunnerSettings extends LaunchSettings {
  readonly judges: JudgePool;
  /** The plug-ins that a cell and its judge have to load. */
  files(cell: Cell): { readonly cell: readonly string[]; readonly judge: readonly string[] };
}

/** Runs the cells of one solver, one at a time, in one process as long as it is well and in a new one when it is not. */
export class CellRunner {
  readonly #settings: RunnerSettings;
  /** Instances that the process has met: what it remembers of them must not make it faster. */
  readonly #met = new Set<string>();
  #process: CellProcess | undefined;

  constructor(settings: RunnerSettings) {
    this.#settings = settings;
  }

  /** Runs a cell. However its process ends, the result says how. */
  async run(cell: Cell, onSample?: (sample: Sample) => void): Promise<CellResult> {
    const { cleaner, signal, judges, files } = this.#settings;
    const instance = canonicalJson([cell.family, cell.params, cell.seed]);
    if (!this.#process?.isFree || this.#met.has(instance)) {
      await this.#process?.end();
      // A cell of which the cleaner does not know could outlive this process.
      await cleaner.ready();
      signal.throwIfAborted();
      this.#process = new CellProcess(this.#settings);
      this.#met.clear();
    }
    this.#met.add(instance);
    const judge = judges.seat(cell, files(cell).judge);
    try {
      return await this.#process.run(cell, files(cell).cell, judge, onSample);
    } finally {
      judge.release();
    }
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
  readonly judge: Judge;
  readonly samples: Sample[];
  readonly began: number;
  readonly onSample: ((sample: Sample) => void) | undefined;
  readonly resolve: (result: CellResult) => void;
  readonly reject: (error: unknown) => void;
  /** When the solver began by our clock, the milliseconds it waited for us, and the bytes that it sent. */
  start: number | undefined;
  waited: number;
  bytes: number;
  isJudging: boolean;
  /** Whether the latest solution meets what every `converged` must. */
  confirmed: boolean;
}

class CellProcess extends Program {
  #running: Running | undefined;
  #task = 0;

  constructor(settings: LaunchSettings) {
    super({ ...settings, file: 'cell.js', name: 'the process of the cell' });
  }

  /** Whether it can take another cell. */
  get isFree(): boolean {
    return this.usable && !this.#running;
  }

  run(cell: Cell, plugins: readonly string[], judge: Judge, onSample?: (sample: Sample) => void): Promise<CellResult> {
    const { memory, signal } = this.settings;
    if (signal.aborted) return Promise.reject(signal.reason);
    const task: CellTask = { task: ++this.#task, cell, plugins, coordinator: process.pid, memory };
    this.beginTask();
    const began = performance.now();
    return new Promise((resolve, reject) => {
      const clock = { start: undefined, waited: 0, bytes: 0, isJudging: false, confirmed: true };
      this.#running = { cell, judge, samples: [], began, onSample, resolve, reject, ...clock };
      this.send(task);
    });
  }

  protected get isBusy(): boolean {
    return this.#running !== undefined;
  }

  protected overdue(now: number): string | undefined {
    const { cell, began } = this.#running as Running;
    const runs = cell.role === 'peer' ? RUNS_OF_A_PEER : 2;
    const seconds = runs * (cell.budget + graceOf(cell.budget)) + MARGIN_SECONDS;
    return now - began > 1000 * seconds ? `had not finished after ${Math.round(seconds)} s, so it was killed` : undefined;
  }

  protected receive({ message: received, blob }: Frame): void {
    const message = checkMessage(received);
    const running = this.#running;
    if (!running || message.task !== this.#task) throw new MalformedMessage('a message about no cell of its own');
    if (running.isJudging) throw new MalformedMessage('a message before the answer to the one before');
    if ('begun' in message) {
      running.start ??= performance.now();
    } else if ('sample' in message) {
      if (running.samples.length >= MOST_SAMPLES) throw new MalformedMessage('samples without an end');
      void this.#judge(message.sample, blob, running);
    } else {
      if (message.last) this.retire();
      this.#finish(message.end, running);
    }
  }

  async #judge(moment: Moment, solution: Buffer, running: Running): Promise<void> {
    const start = performance.now();
    running.isJudging = true;
    running.bytes += solution.length;
    const judgement = await running.judge.judge(solution);
    if (running !== this.#running) return;
    running.isJudging = false;
    running.waited += performance.now() - start;
    if ('fault' in judgement) {
      this.failWith(judgement.fault);
      return;
    }
    const { keep } = this.settings;
    const sample = { ...moment, metrics: judgement.metrics, ...(keep && { solution: keep(solution) }) };
    running.samples.push(sample);
    running.confirmed = judgement.confirmed;
    running.onSample?.(sample);
    this.release(JUDGED_PIPE);
  }

  #finish(end: RunEnd, { start, waited, bytes, samples, cell, confirmed, judge }: Running): void {
    const ran = end.seconds !== null;
    if (ran && cell.role !== 'peer') {
      if (start === undefined || samples.length === 0) throw new MalformedMessage('an end without a solution');
      const worked = (performance.now() - start - waited) / 1000 - (end.answerSeconds ?? 0);
      const shown = end.seconds ?? 0;
      if (worked > CLOCK_FACTOR * shown + CLOCK_SLACK + bytes / TRANSFER_RATE) {
        const seconds = (time: number) => `${time.toPrecision(3)} s`;
        this.failWith(`its process worked for ${seconds(worked)} while its clock showed ${seconds(shown)}`);
        return;
      }
    }
    const result = judged(end, ran ? (samples.at(-1)?.metrics ?? {}) : {}, confirmed);
    if (this.settings.certify && result.status !== 'failed' && samples.length > 0) {
      void judge.certify().then((proof) => this.settle({ ...result, proof }));
    } else {
      this.settle(result);
    }
  }

  protected settle(end: CellEnd): void {
    const running = this.#running;
    this.#running = undefined;
    if (!running) return;
    const { signal } = this.settings;
    if (signal.aborted) running.reject(signal.reason);
    else running.resolve({ ...end, samples: running.samples });
  }
}
