// Measures L-BFGS on the losses of statistics against SciPy's L-BFGS-B in one run, with the calls of functions counted:
//
//   pnpm bench:package optim losses
//
// SciPy is taken from INFIMUM_PYTHON, or from the peers' environment (`pnpm peers:install`), or left out; it gets one
// thread, and the losses that the peers of `infimum-bench run --peers` have.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Objective } from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';
import { lbfgs } from '../src/line-search/lbfgs.ts';
import type { DrawnClasses } from '../src/objectives/drawn-classes.ts';
import { drawnClasses } from '../src/objectives/drawn-classes.ts';
import { logisticLoss } from '../src/objectives/logistic-loss.ts';
import { digitsDesign, standardizedBreastCancer } from '../src/objectives/real-designs.ts';
import { softmaxLoss } from '../src/objectives/softmax-loss.ts';

const ROUNDS = 7;
const TOLERANCE = 1e-8;
const python = [process.env['INFIMUM_PYTHON'], file('../../../tooling/peers/.venv/bin/python')].find(
  (candidate) => candidate && existsSync(candidate),
);
const folder = mkdtempSync(path.join(tmpdir(), 'infimum-losses-'));

interface Contest {
  readonly name: string;
  readonly objective: Objective;
  /** What the peers make the same function from, but for the arrays. */
  readonly spec: Readonly<Record<string, unknown>>;
}
interface Figures {
  readonly calls: number;
  readonly milliseconds: number;
}
type Peers = Record<'L-BFGS-B' | 'L-BFGS-B, its own test', Figures>;

console.log(`${cpus()[0].model}, Node ${process.versions.node}, load ${loadavg()[0].toFixed(1)}\n`);
try {
  const { design, labels } = await standardizedBreastCancer();
  const drawn = drawnClasses({ rows: 5000, cols: 200 }, 1) as DrawnClasses<DenseMatrix>;
  const digits = await digitsDesign(1797);
  const contests = [
    logistic('tumours, 569 x 31, ridge 1e-3', design, labels, 1e-3),
    logistic('tumours, 569 x 31, ridge 1e-6', design, labels, 1e-6),
    logistic('drawn, 5000 x 200, ridge 1e-3', drawn.design, drawn.labels, 1e-3),
    logistic('drawn, 5000 x 200, ridge 1e-6', drawn.design, drawn.labels, 1e-6),
    softmax('digits, 1797 x 65, 10 classes, ridge 1e-3', digits.design, digits.labels, 1e-3),
  ];
  printContests(contests);
} finally {
  rmSync(folder, { recursive: true });
}

/** Gradients and milliseconds of the thread until the gradient's norm is 1e-8 (1 + that at the start). */
function printContests(contests: readonly Contest[]): void {
  const ours: (Figures | undefined)[] = contests.map(() => undefined);
  const theirs: (Peers | undefined)[] = contests.map(() => undefined);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [k, contest] of contests.entries()) {
      ours[k] = faster(ours[k], run(contest));
      const peers = ask(contest);
      if (!peers) continue;
      const before = theirs[k];
      theirs[k] = Object.fromEntries(
        Object.entries(peers).map(([name, figures]) => [name, faster(before?.[name as keyof Peers], figures)]),
      ) as Peers;
    }
  }
  console.log('| loss | `lbfgs` | SciPy, L-BFGS-B | ratio | … to its own test |\n| --- | ---: | ---: | ---: | ---: |');
  for (const [k, { name }] of contests.entries()) {
    const [we, they] = [ours[k] as Figures, theirs[k]];
    const cell = (figures: Figures | undefined) =>
      figures ? `${figures.calls}, ${figures.milliseconds.toPrecision(3)} ms` : '-';
    const ratio = they ? (we.milliseconds / they['L-BFGS-B'].milliseconds).toFixed(2) : '-';
    console.log(
      `| ${name} | ${cell(we)} | ${cell(they?.['L-BFGS-B'])} | ${ratio} | ${cell(they?.['L-BFGS-B, its own test'])} |`,
    );
  }
}

function logistic(name: string, design: DenseMatrix, labels: Float64Array, ridge: number): Contest {
  const spec = { kind: 'logistic', ...store(name, design, labels), ridge };
  return { name, objective: logisticLoss(design, labels, { ridge }), spec };
}

function softmax(name: string, design: DenseMatrix, labels: Uint8Array, ridge: number): Contest {
  const objective = softmaxLoss(design, labels, { ridge });
  const stored = store(name, design, Float64Array.from(labels));
  return { name, objective, spec: { kind: 'softmax', ...stored, classes: objective.classes, ridge } };
}

/** Puts the arrays where the peers find them. */
function store(name: string, { rows, cols, values }: DenseMatrix, targets: Float64Array) {
  const place = path.join(folder, name.replace(/\W+/g, '-'));
  writeFileSync(`${place}.design`, values);
  writeFileSync(`${place}.targets`, targets);
  return { rows, cols, place };
}

function run({ objective }: Contest): Figures {
  const solve = () => lbfgs(objective, new Float64Array(objective.dimension), { tolerance: TOLERANCE });
  const { status, evaluations } = solve();
  if (status !== 'converged') throw new Error(`lbfgs: ${status}`);
  const start = milliseconds();
  let runs = 0;
  do {
    solve();
    runs++;
  } while (milliseconds() - start < 200);
  return { calls: evaluations.gradient, milliseconds: (milliseconds() - start) / runs };
}

function ask({ spec }: Contest): Peers | undefined {
  if (!python) return undefined;
  const { stdout, stderr, status } = spawnSync(python, [file('losses_peers.py')], {
    input: JSON.stringify({ ...spec, tolerance: TOLERANCE }),
    encoding: 'utf8',
    env: { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' },
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Peers;
}

/** Time that this thread has had, which other programs take nothing of. */
function milliseconds(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

function faster(a: Figures | undefined, b: Figures): Figures {
  return a && a.milliseconds <= b.milliseconds ? a : b;
}

function file(relative: string): string {
  return fileURLToPath(new URL(relative, import.meta.url));
}
