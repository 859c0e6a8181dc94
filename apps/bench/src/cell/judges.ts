// The coordinator's side of judges: processes that compute metrics and never run a solver. They are kept for the next cell.
import { canonicalJson } from '../json.ts';
import { checkAnswer, MalformedMessage } from './border.ts';
import type { Frame } from './frames.ts';
import type { Cell, CellEnd, JudgeTask, LaunchSettings, MetricValues } from './messages.ts';
import { Program } from './program.ts';

/** Metrics, or why there are none. */
export type Judgement = { readonly metrics: MetricValues } | { readonly fault: string };

type Instance = NonNullable<JudgeTask['instance']>;

/** Judges by what they have loaded: the library, or a plug-in. */
export class JudgePool {
  readonly #settings: LaunchSettings;
  readonly #idle = new Map<string, JudgeProcess[]>();

  constructor(settings: LaunchSettings) {
    this.#settings = settings;
  }

  /** A judge for the solutions of one cell, who begins to build its instance. */
  seat(cell: Cell, plugins: readonly string[]): Judge {
    const { problem, family, params, seed } = cell;
    return new Judge({ problem, family, params, seed }, (used) => {
      const idle = this.#idle.get(plugins[0] ?? '') ?? [];
      this.#idle.set(plugins[0] ?? '', idle);
      if (used) {
        if (used.fits) idle.push(used);
        else void used.end();
        return used;
      }
      return idle.pop() ?? new JudgeProcess(this.#settings, plugins);
    });
  }

  /** Ends all processes. */
  async close(): Promise<void> {
    const all = [...this.#idle.values()].flat();
    this.#idle.clear();
    await Promise.all(all.map((one) => one.end()));
  }
}

/** Judges the solutions of one cell. */
export class Judge {
  readonly #instance: Instance;
  /** Gives a process, or takes one back. */
  readonly #exchange: (used?: JudgeProcess) => JudgeProcess;
  #process: JudgeProcess;

  constructor(instance: Instance, exchange: (used?: JudgeProcess) => JudgeProcess) {
    this.#instance = instance;
    this.#exchange = exchange;
    this.#process = this.#start();
  }

  /** The metrics of a solution. A judge that is killed from outside is replaced once. */
  async judge(solution: Buffer): Promise<Judgement> {
    const first = await this.#process.judge(solution);
    if (!('death' in first)) return first;
    if (!first.death.reason.includes('was killed by SIG')) return { fault: first.death.reason };
    this.#process = this.#start();
    const second = await this.#process.judge(solution);
    return 'death' in second ? { fault: second.death.reason } : second;
  }

  /** Frees the process for other cells. */
  release(): void {
    this.#exchange(this.#process);
  }

  #start(): JudgeProcess {
    const started = this.#exchange();
    started.build(this.#instance);
    return started;
  }
}

class JudgeProcess extends Program {
  readonly #plugins: readonly string[];
  #built = '';
  #task = 0;
  #memory = 0;
  #death: CellEnd | undefined;
  #resolve: ((judgement: Judgement | { readonly death: CellEnd }) => void) | undefined;

  constructor(settings: LaunchSettings, plugins: readonly string[]) {
    super({ ...settings, file: 'judge.js', name: 'the process of the judge' });
    this.#plugins = plugins;
  }

  /** Whether it has room for another cell. */
  get fits(): boolean {
    return this.usable && this.#memory < (this.settings.memory * 1e6) / 2;
  }

  build(instance: Instance): void {
    const wanted = canonicalJson(instance);
    if (wanted === this.#built) return;
    this.#built = wanted;
    this.#send({ instance });
  }

  judge(solution: Buffer): Promise<Judgement | { readonly death: CellEnd }> {
    if (this.#death) return Promise.resolve({ death: this.#death });
    this.beginTask();
    return new Promise((resolve) => {
      this.#resolve = resolve;
      this.#send({}, solution);
    });
  }

  protected get isBusy(): boolean {
    return this.#resolve !== undefined;
  }

  /** Its own guard ends it earlier. */
  protected overdue(): string | undefined {
    return undefined;
  }

  protected receive({ message }: Frame): void {
    const answer = checkAnswer(message);
    if (answer.task !== this.#task || !this.#resolve) throw new MalformedMessage('an answer to no question');
    if ('metrics' in answer) this.#memory = answer.memory;
    this.#settle(answer);
  }

  protected settle(death: CellEnd): void {
    this.#death = death;
    this.#settle({ death });
  }

  #settle(judgement: Judgement | { readonly death: CellEnd }): void {
    const resolve = this.#resolve;
    this.#resolve = undefined;
    resolve?.(judgement);
  }

  #send(task: Pick<JudgeTask, 'instance'>, solution?: Buffer): void {
    const { memory } = this.settings;
    const message: JudgeTask = {
      ...task,
      task: ++this.#task,
      plugins: this.#plugins,
      coordinator: process.pid,
      memory,
    };
    this.send(message, solution);
  }
}
