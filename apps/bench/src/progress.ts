// Live progress on standard error: a block that redraws itself on a terminal, plain lines elsewhere.
import type { Cell, CellEnd, Sample } from './cell/messages.ts';
import { formatNumber, formatSeconds } from './format.ts';
import { printable } from './output.ts';
import { describeInstance } from './race.ts';

/** What the run tells while it goes on. */
export interface Progress {
  /** `worker`: who runs it, where that is another machine. */
  begin(cell: Cell, worker?: string): void;
  sample(cell: Cell, sample: Pick<Sample, 'iteration' | 'metrics'>): void;
  finish(cell: Cell, end: CellEnd, reused: boolean): void;
  /** Who works for the run, and how many others wait for another version. */
  crew(workers: readonly string[], others: number): void;
  close(): void;
}

/** Progress of `total` cells on a stream. */
export function createProgress(total: number, stream: NodeJS.WriteStream = process.stderr): Progress {
  return stream.isTTY ? new Block(total, stream) : new Lines(total, stream);
}

/** One line a finished cell. */
class Lines implements Progress {
  readonly #total: number;
  readonly #stream: NodeJS.WritableStream;
  #done = 0;
  #crew = '';

  constructor(total: number, stream: NodeJS.WritableStream) {
    this.#total = total;
    this.#stream = stream;
  }

  begin(): void {}

  sample(): void {}

  finish(cell: Cell, end: CellEnd, reused: boolean): void {
    this.#stream.write(`[${++this.#done}/${this.#total}] ${printable(finishedLine(cell, end, reused))}\n`);
  }

  crew(workers: readonly string[], others: number): void {
    const line = crewLine(workers, others);
    if (line !== this.#crew) this.#stream.write(`${printable(line)}\n`);
    this.#crew = line;
  }

  close(): void {}
}

/** Finished cells scroll by above; below them what runs, how far it is and how long it will take. */
class Block implements Progress {
  readonly #total: number;
  readonly #stream: NodeJS.WriteStream;
  readonly #start = performance.now();
  readonly #running = new Map<Cell, RunningState>();
  readonly #timer: NodeJS.Timeout;
  #done = 0;
  #reused = 0;
  #lines = 0;
  #crew = '';

  constructor(total: number, stream: NodeJS.WriteStream) {
    this.#total = total;
    this.#stream = stream;
    this.#timer = setInterval(() => this.#draw(), 200);
  }

  begin(cell: Cell, worker = ''): void {
    this.#running.set(cell, { start: performance.now(), worker });
    this.#draw();
  }

  crew(workers: readonly string[], others: number): void {
    this.#crew = crewLine(workers, others);
    this.#draw();
  }

  sample(cell: Cell, sample: Pick<Sample, 'iteration' | 'metrics'>): void {
    const running = this.#running.get(cell);
    if (running) running.last = sample;
  }

  finish(cell: Cell, end: CellEnd, reused: boolean): void {
    this.#running.delete(cell);
    this.#done++;
    if (reused) this.#reused++;
    this.#draw(finishedLine(cell, end, reused));
  }

  close(): void {
    clearInterval(this.#timer);
    this.#stream.write(this.#erase());
  }

  #draw(above?: string): void {
    const width = this.#stream.columns ?? 80;
    const lines = [
      this.#bar(),
      ...(this.#crew === '' ? [] : [this.#crew]),
      ...[...this.#running].flatMap(([cell, state]) => runningLines(cell, state)),
    ];
    const fitted = lines.map((line) => fit(line, width - 1));
    const scrolled = above === undefined ? '' : `${fit(above, width - 1)}\n`;
    this.#stream.write(`${this.#erase()}${scrolled}${fitted.join('\n')}\n`);
    this.#lines = fitted.length;
  }

  #erase(): string {
    const up = this.#lines > 0 ? `\u001b[${this.#lines}A\u001b[0J` : '';
    this.#lines = 0;
    return up;
  }

  #bar(): string {
    const share = this.#done / this.#total;
    const filled = Math.round(20 * share);
    const elapsed = (performance.now() - this.#start) / 1000;
    const fresh = this.#done - this.#reused;
    const left = fresh > 0 ? `about ${formatClock((elapsed / fresh) * (this.#total - this.#done))} left` : '';
    const bar = '█'.repeat(filled) + '░'.repeat(20 - filled);
    return `${bar} ${this.#done}/${this.#total} cells  ${formatClock(elapsed)} elapsed  ${left}`;
  }
}

interface RunningState {
  readonly start: number;
  readonly worker: string;
  last?: Pick<Sample, 'iteration' | 'metrics'>;
}

function crewLine(workers: readonly string[], others: number): string {
  const names = workers.length > 0 ? `: ${workers.join(', ')}` : '';
  const rest = others > 0 ? `; ${others} with other code` : '';
  return `${workers.length} ${workers.length === 1 ? 'worker' : 'workers'}${names}${rest}`;
}

function runningLines(cell: Cell, { start, worker, last }: RunningState): string[] {
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const metrics = Object.entries(last?.metrics ?? {}).map(([name, value]) => `${name} ${formatNumber(value)}`);
  const state = last ? [`iteration ${last.iteration}`, ...metrics] : ['starting'];
  const where = worker === '' ? '' : ` by ${worker}`;
  return [`  ${cell.solver} on ${describeInstance(cell)}${where}`, `    ${seconds} s, ${state.join(', ')}`];
}

/** What is said of a finished cell. */
export function finishedLine(cell: Cell, end: CellEnd, reused: boolean): string {
  const time = end.seconds === null ? '' : ` after ${formatSeconds(end.seconds)}`;
  const reason = ['failed', 'absent', 'skipped'].includes(end.status) ? `: ${end.reason}` : '';
  const source = reused ? ' (from the store)' : '';
  return `${cell.solver} on ${describeInstance(cell)}: ${end.status}${time}${reason}${source}`;
}

function formatClock(seconds: number): string {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

function fit(line: string, width: number): string {
  const plain = [...printable(line).replaceAll('\n', ' ')];
  return plain.length <= width ? plain.join('') : `${plain.slice(0, Math.max(0, width - 1)).join('')}…`;
}
