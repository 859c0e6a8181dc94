// The worker's side: a cell that comes through the queue is run as the coordinator runs its own, by solvers that this
// machine has loaded under these ids and in these versions.
import { InvalidInputError } from '@infimum/core';
import type { JobContext, Service } from '@infimum/distributed';
import { ProcessCleaner } from '../cell/cleaner.ts';
import { JudgePool } from '../cell/judges.ts';
import { CellRunner } from '../cell/launch.ts';
import type { Cell, CellResult, Sample } from '../cell/messages.ts';
import type { CodeVersions } from '../code-version.ts';
import { listPeers } from '../guests.ts';
import type { Loaded } from '../plugins.ts';
import { filesOf, peersOf } from '../plugins.ts';
import type { CellAnswer, CellJob, CellProgress } from './cell-job.ts';
import { cellTask, checkCellJob } from './cell-job.ts';

/** What cells are run with. */
export interface ServiceSettings {
  readonly loaded: Loaded;
  readonly versions: CodeVersions;
  /** Megabytes that a cell gets at most, whatever its job says. */
  readonly memory: number;
  /** What the machine is called in the results. */
  readonly machine: string;
  /** Called with every result. */
  readonly onResult: (cell: Cell, result: CellResult) => void;
}

/** Milliseconds between two reports on a cell that runs. */
const REPORT_EVERY = 1000;

/** Runs cells, each in a process that has run its solver before where there is one. */
export class CellService implements Service {
  readonly id: string;
  readonly version: string;
  readonly #settings: ServiceSettings;
  readonly #cleaner = new ProcessCleaner();
  readonly #end = new AbortController();
  /** By memory limit. */
  readonly #judges = new Map<number, JudgePool>();
  /** Processes that wait for a cell, by problem and solver; the latest is at the end. */
  readonly #idle: { readonly group: string; readonly memory: number; readonly runner: CellRunner }[] = [];
  #peers: Promise<ReadonlyMap<string, string>> | undefined;

  constructor(settings: ServiceSettings) {
    const { id, version } = cellTask(settings.versions.all);
    this.id = id;
    this.version = version;
    this.#settings = settings;
  }

  /** Refuses what this worker cannot run, before anything of it is run. */
  readonly check = (input: unknown): void => {
    checkCellJob(input);
    const { cell } = input;
    const { registry } = this.#settings.loaded;
    const problem = registry.problem(cell.problem);
    if (!Object.hasOwn(problem.families, cell.family)) {
      throw new InvalidInputError(`${cell.problem} has no family '${cell.family}'`, {
        argument: 'cell.family',
        code: 'unknown',
      });
    }
    if (cell.role === 'peer') return;
    if (registry.solver(cell.solver).problem.id !== cell.problem) {
      throw new InvalidInputError(`${cell.solver} does not solve ${cell.problem}`, {
        argument: 'cell.solver',
        code: 'unknown',
      });
    }
    this.#checkVersion(cell, this.#settings.versions.of(cell.problem, cell.solver));
  };

  readonly run = async (input: unknown, { signal, report }: JobContext): Promise<CellAnswer> => {
    const { cell, memory } = input as CellJob;
    if (cell.role === 'peer') await this.#checkPeer(cell);
    const allowed = Math.min(memory, this.#settings.memory);
    const place = this.#place(`${cell.problem} ${cell.solver}`, allowed);
    const leave = () => void place.runner.close();
    signal.addEventListener('abort', leave, { once: true });
    try {
      const result = await place.runner.run(cell, reporterOf(report));
      if (!signal.aborted) this.#settings.onResult(cell, result);
      return { result, machine: this.#settings.machine };
    } finally {
      signal.removeEventListener('abort', leave);
      this.#idle.push(place);
    }
  };

  /** Ends all processes. */
  async close(): Promise<void> {
    this.#end.abort(new Error('the worker is closed'));
    await Promise.all(this.#idle.splice(0).map(({ runner }) => runner.close()));
    await Promise.all([...this.#judges.values()].map((judges) => judges.close()));
    this.#cleaner.close();
  }

  /** A process that runs this solver already, or a new one in the place of that which waits longest. */
  #place(group: string, memory: number) {
    const same = this.#idle.findLastIndex((place) => place.group === group && place.memory === memory);
    if (same >= 0) return this.#idle.splice(same, 1)[0];
    void this.#idle.shift()?.runner.close();
    const launch = { memory, signal: this.#end.signal, cleaner: this.#cleaner };
    const judges = this.#judges.get(memory) ?? new JudgePool(launch);
    this.#judges.set(memory, judges);
    const runner = new CellRunner({ ...launch, judges, files: (cell) => filesOf(this.#settings.loaded, cell) });
    return { group, memory, runner };
  }

  async #checkPeer(cell: Cell): Promise<void> {
    this.#peers ??= listPeers().then(
      ({ solvers }) =>
        new Map([...solvers, ...peersOf(this.#settings.loaded)].map((peer) => [peer.id, `${peer.package} ${peer.version}`])),
    );
    const peer = (await this.#peers).get(cell.solver);
    if (peer === undefined) {
      throw new InvalidInputError(`there is no peer '${cell.solver}' here`, { argument: 'cell.solver', code: 'unknown' });
    }
    this.#checkVersion(cell, this.#settings.versions.ofPeer(cell.problem, peer));
  }

  #checkVersion(cell: Cell, own: string): void {
    if (cell.codeVersion === own) return;
    throw new InvalidInputError(`${cell.solver} is version ${own} here, but version ${cell.codeVersion} is asked for`, {
      argument: 'cell.codeVersion',
      code: 'unsupported',
    });
  }
}

/** Tells of some samples, not of all. */
function reporterOf(report: (progress: CellProgress) => void): (sample: Sample) => void {
  let last = performance.now();
  return ({ iteration, metrics }) => {
    if (performance.now() - last < REPORT_EVERY) return;
    last = performance.now();
    report({ iteration, metrics });
  };
}
