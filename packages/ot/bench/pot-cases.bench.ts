// POT's quick-start and its test cases by name beside ours, on POT's own instances: a table of both answers and of how far they
// are apart.
//
// Numbers are compared relative to POT's, or to 1e-6 where those are smaller, arrays by the sum of their differences, relative to that of POT's entries. Where both
// look for a minimum that need not be the same one, the smaller value is the better answer.
//
//   INFIMUM_PYTHON=tooling/peers/.venv/bin/python pnpm bench:package ot pot-cases [group of pot_cases.py …]
//   pnpm bench:package ot pot-cases FILE.jsonl …   for lines that pot_cases.py has written
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { CsrMatrix, DenseMatrix } from '@infimum/linalg';
import { csrFromTriplets, csrToDense } from '@infimum/linalg';
import * as barycenters from '../src/barycenters/index.ts';
import * as entropic from '../src/entropic/index.ts';
import * as exact from '../src/exact/index.ts';
import * as gromov from '../src/gromov/index.ts';
import * as root from '../src/index.ts';
import * as maps from '../src/maps/index.ts';
import * as oneDimension from '../src/one-dimension/index.ts';
import * as quadratic from '../src/quadratic/index.ts';
import * as unbalanced from '../src/unbalanced/index.ts';

/** An array of a case; a vector has one length in its shape. */
interface Plain {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

interface Case {
  readonly name: string;
  readonly call: string;
  readonly error?: string;
  readonly arguments: Record<string, unknown>;
  readonly values: Record<string, number | Plain>;
}

// biome-ignore lint/suspicious/noExplicitAny: arguments come as data, and every call knows its own.
type Any = any;

const ot = { ...root, ...barycenters, ...entropic, ...exact, ...gromov, ...maps, ...oneDimension, ...quadratic, ...unbalanced };
const functions = ot as Record<string, Any>;

/** A case's arguments as ours take them. */
function revived(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(revived);
  if (typeof value !== 'object' || value === null) return value;
  if ('shape' in value && 'values' in value) {
    const { shape, values } = value as Plain;
    const numbers = Float64Array.from(values);
    return shape.length === 1 ? numbers : { rows: shape[0], cols: shape[1], values: numbers };
  }
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, revived(entry)]));
}

const dense = (plan: DenseMatrix | CsrMatrix) => ('rowPointers' in plan ? csrToDense(plan) : plan);
const sum = (values: Float64Array, term: (value: number, index: number) => number) =>
  values.reduce((all, value, index) => all + term(value, index), 0);

/** <C, P> + gamma / 2 |P|^2. */
function quadraticObjective(plan: DenseMatrix | CsrMatrix, cost: DenseMatrix, gamma: number): number {
  return sum(dense(plan).values, (mass, k) => mass * cost.values[k] + (gamma / 2) * mass * mass);
}

/** <C, P> and what the marginals cost. */
function unbalancedObjective(plan: DenseMatrix, { a, b, cost, options }: Any): number {
  const rows = new Float64Array(plan.rows);
  const columns = new Float64Array(plan.cols);
  plan.values.forEach((mass, k) => {
    rows[Math.floor(k / plan.cols)] += mass;
    columns[k % plan.cols] += mass;
  });
  const apart = (p: number, q: number) =>
    options.divergence === 'l2' ? (p - q) ** 2 / 2 : (p > 0 ? p * Math.log(p / q) : 0) - p + q;
  const divergence = sum(rows, (p, i) => apart(p, a[i])) + sum(columns, (q, j) => apart(q, b[j]));
  return sum(plan.values, (mass, k) => mass * cost.values[k]) + options.marginalPenalty * divergence;
}

const onCost = (name: string) => (given: Any) => functions[name](given.a, given.b, given.cost, given.options);
const onSpaces = (name: string) => (given: Any) => functions[name](given.first, given.second, given.options);

/** The calls of `pot_cases.py` by ours; fields of the answers are those that are compared. */
const calls: Record<string, (given: Any) => Any> = {
  solveTransport({ query: { x, y, a, b, metric, cost }, options }) {
    if (cost === undefined) return ot.solvePointTransport(x, y, { a, b, metric, ...options });
    const even = (count: number) => new Float64Array(count).fill(1 / count);
    return ot.solveTransport(a ?? even(cost.rows), b ?? even(cost.cols), cost, options);
  },
  pointCloudSinkhorn: ({ x, y, a, b, options }) => ot.pointCloudSinkhorn(x, y, { a, b, ...options }),
  sinkhornDivergence: ({ x, y, a, b, options }) => ot.sinkhornDivergence(x, y, { a, b, ...options }),
  quadraticTransport(given) {
    const solved = ot.quadraticTransport(given.a, given.b, given.cost, given.options);
    return { ...solved, objective: quadraticObjective(solved.plan, given.cost, given.options.gamma) };
  },
  sparsityConstrainedTransport(given) {
    const solved = ot.sparsityConstrainedTransport(given.a, given.b, given.cost, given.options);
    return { ...solved, objective: quadraticObjective(solved.plan, given.cost, given.options.gamma) };
  },
  unbalancedLbfgs(given) {
    const solved = ot.unbalancedLbfgs(given.a, given.b, given.cost, given.options);
    return { ...solved, unbalancedObjective: unbalancedObjective(solved.plan, given) };
  },
  totalVariationTransport(given) {
    const { marginalPenalty } = given.options;
    const solved = ot.totalVariationTransport(given.a, given.b, given.cost, given.options);
    const plan = dense(solved.plan);
    const rows = given.a.slice();
    const columns = given.b.slice();
    plan.values.forEach((mass, k) => {
      rows[Math.floor(k / plan.cols)] -= mass;
      columns[k % plan.cols] -= mass;
    });
    const missed = sum(rows, Math.abs) + sum(columns, Math.abs);
    return { ...solved, objective: sum(plan.values, (mass, k) => mass * given.cost.values[k]) + marginalPenalty * missed };
  },
  lowRankSinkhorn({ x, y, a, b, options }) {
    const solved = ot.lowRankSinkhorn(a, b, ot.squaredEuclideanFactors(x, y), options);
    return { ...solved, lower_cost: solved.cost };
  },
  buresWasserstein: ({ gaussians: [from, to] }) => ({ distance: ot.buresWasserstein(from, to) }),
  gaussianMap: ({ gaussians: [from, to] }) => ({ matrix: ot.gaussianMap(from, to).linear }),
  gaussianBarycenter: ({ gaussians }) => ot.gaussianBarycenter(gaussians, { tolerance: 1e-13 }),
  gaussianMixtureTransport({ mixtures }) {
    const [first, second] = mixtures.map(({ weights, means, covariances }: Any) => ({
      weights,
      components: Array.from(weights, (_, k) => ({
        mean: means.values.slice(k * means.cols, (k + 1) * means.cols),
        covariance: covariances[k],
      })),
    }));
    return ot.gaussianMixtureTransport(first, second);
  },
  linearBarycenter: ({ histograms, cost, options }) => ot.linearBarycenter(histograms, cost, options),
  freeSupportBarycenter: ({ clouds, initial }) => ot.freeSupportBarycenter(clouds, initial),
  entropicBarycenter: ({ histograms, cost, options }) => ot.entropicBarycenter(histograms, cost, options),
  convolutionalBarycenter: ({ images, options }) => ot.convolutionalBarycenter(images, options),
  wasserstein1d: ({ x, y, options }) => ot.wasserstein1d(x, y, options),
  wasserstein1dDistance: ({ x, y, options }) => ot.wasserstein1dDistance(x, y, options),
  wassersteinCircle: ({ x, y, options }) => ot.wassersteinCircle(x, y, options),
  slicedWasserstein: ({ x, y }) => ot.slicedWasserstein(x, y, { projections: 10 }),
  emdSparse({ a, b, sources, targets, costs }) {
    const arcs = csrFromTriplets({
      rows: a.length,
      cols: b.length,
      rowIndices: Int32Array.from(sources),
      columnIndices: Int32Array.from(targets),
      values: costs,
    });
    return ot.emdSparse(a, b, arcs);
  },
  ...Object.fromEntries(
    [
      'emd',
      'sinkhorn',
      'greenkhorn',
      'epsilonScaling',
      'stochasticTransport',
      'partialTransport',
      'entropicPartialTransport',
      'unbalancedSinkhorn',
    ].map((name) => [name, onCost(name)]),
  ),
  ...Object.fromEntries(
    ['gromovWasserstein', 'entropicGromovWasserstein', 'partialGromovWasserstein', 'semiRelaxedGromovWasserstein'].map(
      (name) => [name, onSpaces(name)],
    ),
  ),
};

/** Values of which less is better: objectives that both evaluate, and minima that need not be the same ones. */
const LOWER = /distortion|lower_cost|bjective/;
const EQUAL = 1e-6;

interface Compared {
  readonly ours: string;
  readonly theirs: string;
  readonly verdict: string;
}

function compared(key: string, ours: Any, theirs: number | Plain): Compared {
  if (typeof theirs !== 'number') {
    const entries: Float64Array = ours instanceof Float64Array ? ours : dense(ours).values;
    const size = theirs.values.reduce((all, value) => all + Math.abs(value), 0) || 1;
    const apart = entries.reduce((all, value, k) => all + Math.abs(value - theirs.values[k]), 0) / size;
    const shape = theirs.shape.join(' x ');
    return { ours: shape, theirs: shape, verdict: verdictOf(apart) };
  }
  const apart = Math.abs(ours - theirs) / Math.max(Math.abs(theirs), 1e-6);
  const isLower = LOWER.test(key) && apart > EQUAL && ours < theirs;
  return {
    ours: ours.toPrecision(9),
    theirs: theirs.toPrecision(9),
    verdict: isLower ? `ours is lower by ${apart.toExponential(1)}` : verdictOf(apart),
  };
}

function verdictOf(apart: number): string {
  return apart <= EQUAL ? `equal (${apart.toExponential(0)})` : `apart by ${apart.toExponential(1)}`;
}

const given = process.argv.slice(2);
const script = fileURLToPath(new URL('pot_cases.py', import.meta.url));
const text = given.some((name) => name.endsWith('.jsonl'))
  ? given.map((name) => readFileSync(name, 'utf8')).join('')
  : execFileSync(process.env['INFIMUM_PYTHON'] ?? 'python3', [script, ...given], { encoding: 'utf8', maxBuffer: 2 ** 28 });
console.log('| POT | here | value | ours | POT | |\n| --- | --- | --- | ---: | ---: | --- |');
let [equal, lower, apart] = [0, 0, 0];
for (const line of text.trim().split('\n')) {
  const { name, call, arguments: own, values, error } = JSON.parse(line) as Case;
  if (error !== undefined) {
    console.log(`| ${name} | | | | failed: ${error} | |`);
    continue;
  }
  const answer = calls[call](revived(own));
  for (const [key, theirs] of Object.entries(values)) {
    const { ours, theirs: other, verdict } = compared(key, answer[key], theirs);
    if (verdict.startsWith('equal')) equal++;
    else if (verdict.startsWith('ours')) lower++;
    else apart++;
    const status = answer.status === undefined || answer.status === 'converged' ? '' : ` (${answer.status})`;
    console.log(`| ${name} | \`${call}\`${status} | ${key} | ${ours} | ${other} | ${verdict} |`);
  }
}
console.log(`\n${equal} values equal, ${lower} lower here, ${apart} apart, of ${equal + lower + apart}`);
