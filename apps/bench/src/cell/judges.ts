// The coordinator's side of judges: processes that compute metrics and never run a solver. They are kept for the next cell.
import { canonicalJson } from '../json.ts';
import { checkAnswer, MalformedMessage } from './border.ts';
import type { Frame } from './frames.ts';
import type { Cell, CellEnd, JudgeTask, LaunchSettings, MetricValues, ProofResult } from './messages.ts';
import { Program } from './program.ts';

/** Metrics, or why there are none. */
export type Judgement = { readonly metrics: MetricValues; readonly confirmed: boolean } | { readonly fault: string };

type Answer = Judgement | { readonly proof: ProofResult } | { readonly death: CellEnd };

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
    const { problem, family, params, seed, variant, options } = cell;
    return new Judge({ problem, family, params, seed, variant, options }, (used) => {
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
  #released = false;

  constructor(instance: Instance, exchange: (used?: JudgeProcess) => JudgeProcess) {
    this.#instance = instance;
    this.#exchange = exchange;
    this.#process = this.#start();
  }

  /** The metrics of a solution. A judge that is killed from outside is replaced once. */
  async judge(solution: Buffer): Promise<Judgement> {
    const read = (answer: Answer): Judgement =>
      'death' in answer ? { fault: answer.death.reason } : 'proof' in answer ? { fault: 'no metrics' } : answer;
    const first = await this.#process.ask({}, solution);
    if (!('death' in first) || this.#released || !first.death.reason.includes('was killed by SIG')) return read(first);
    this.#process = this.#start();
    return read(await this.#process.ask({}, solution));
  }

  /** A proof of the solution that was judged last. */
  async certify(): Promise<ProofResult> {
    const found = await this.#process.ask({ certify: true });
    if ('death' in found) return { proved: false, reason: found.death.reason };
    return 'proof' in found ? found.proof : { proved: false, reason: 'fault' in found ? found.fault : 'no answer' };
  }

  /** Frees the process for other cells; ends it where the cell died while its solution was judged. */
  release(): void {
    this.#released = true;
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
  #resolve: ((answer: Answer) => void) | undefined;

  constructor(settings: LaunchSettings, plugins: readonly string[]) {
    super({ ...settings, file: 'judge.js', name: 'the process of the judge' });
    this.#plugins = plugins;
  }

  /** Whether it has room for another cell: what it answers to the last one must not reach the next. */
  get fits(): boolean {
    return this.usable && !this.isBusy && this.#memory < (this.settings.memory * 1e6) / 2;
  }

  build(instance: Instance): void {
    const wanted = canonicalJson(instance);
    if (wanted === this.#built) return;
    this.#built = wanted;
    this.#send({ instance });
  }

  ask(task: Pick<JudgeTask, 'certify'>, solution?: Buffer): Promise<Answer> {
    if (this.#death) return Promise.resolve({ death: this.#death });
    this.beginTask();
    return new Promise((resolve) => {
      this.#resolve = resolve;
      this.#send(task, solution);
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

  #settle(answer: Answer): void {
    const resolve = this.#resolve;
    this.#resolve = undefined;
    resolve?.(answer);
  }

  #send(task: Pick<JudgeTask, 'instance' | 'certify'>, solution?: Buffer): void {
    const { memory } = this.settings;
    const message: JudgeTask = { ...task, task: ++this.#task, plugins: this.#plugins, coordinator: process.pid, memory };
    this.send(message, solution);
  }
}
