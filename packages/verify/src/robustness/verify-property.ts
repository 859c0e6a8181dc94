// Complete verification of properties: is there an input of a region whose outputs fulfil C y <= d? Margins are bounded
// as one row by CROWN; domains are split by signs of neurons (or boxes halved), with a linear program at the leaves.
//
// R. Bunel, J. Lu, I. Turkaslan, P. H. S. Torr, P. Kohli, M. P. Kumar: Branch and bound for piecewise linear neural
// network verification (2019), arXiv 1909.06588; K. Xu and others: Fast and complete (2020), arXiv 2011.13824.
import {
  checkObject,
  checkVector,
  converged,
  InvalidInputError,
  type Iterate,
  type OptionSpecs,
  type OptionsOf,
  type Outcome,
  Random,
  type RunOptions,
  resolveOptions,
  run,
  runOptionsOf,
  type Steps,
  stalled,
} from '@infimum/core';
import { ALPHA_SETTINGS, alphaRows } from '../bounds/alpha-crown.ts';
import {
  addBias,
  type ForwardBounds,
  type ForwardMethod,
  ROUNDING,
  relaxRows,
} from '../bounds/forward-bounds.ts';
import { forwardBounds } from '../bounds/output-bounds.ts';
import {
  checkRegion,
  contains,
  least,
  type PreparedRegion,
  prepareRegion,
  projectInto,
  type Region,
} from '../bounds/region.ts';
import { RowProducts } from '../bounds/row-products.ts';
import {
  checkNetwork,
  evaluateSinglePrecision,
  inputsOf,
  type Network,
  type PreparedNetwork,
  preActivations,
  prepareNetwork,
  pullBack,
} from '../networks/network.ts';
import { addRow, type Cell, cellOf, checkCell, inputAt, solveInRegion } from '../programs/cell.ts';
import { DomainQueue } from '../programs/domain-queue.ts';
import { provenMinimum } from '../programs/dual-simplex.ts';
import {
  freePhases,
  isNetworkPiecewiseLinear,
  type NeuronPlace,
  splitInput,
  splitNeuron,
  unstableNeurons,
} from '../programs/splitting.ts';

/** Inputs and outputs that must not come together. */
export interface UnsafeCase {
  /** The inputs. */
  readonly region: Region;
  /** C, a row a condition: outputs y are unsafe where C y <= d holds in all rows. */
  readonly rows: Float64Array;
  /** d, a number a condition. */
  readonly limits: Float64Array;
}

/** A network and the cases that must not occur. */
export interface PropertyInstance {
  /** The network. */
  readonly network: Network;
  /** Each on its own is a violation. */
  readonly unsafe: readonly UnsafeCase[];
}

/** What is known of a property. */
export interface PropertySolution {
  /** `certified`: no input is unsafe, proven; `falsified`: `witness` is; `unknown`: not decided. */
  readonly verdict: 'certified' | 'falsified' | 'unknown';
  /**
   * Every input of every case exceeds some limit by at least this: min over x of max over rows of C y - d. Proven; above 0
   * exactly if certified.
   */
  readonly bound: number;
  /** The input at which all conditions of a case hold. */
  readonly witness?: Float64Array;
  /** The case it belongs to. */
  readonly unsafeCase?: number;
  /** max over rows of C y - d at the witness, in double precision: not above 0. */
  readonly witnessMargin?: number;
  /** The same, with the network evaluated in single precision; it may come out positive. */
  readonly singlePrecisionMargin?: number;
}

/** News of the search. */
export interface PropertyIterate extends Iterate<PropertySolution> {
  /** The bound proven so far for the case at hand. */
  readonly bound: number;
  /** Domains bounded so far. */
  readonly domains: number;
}

/** Options of `verifyProperty`. */
export const verifyPropertyOptions = {
  method: {
    type: 'choice',
    choices: ['interval', 'crown', 'alpha-crown'],
    default: 'alpha-crown',
    description: 'How margins are bounded; optimised lines at the root and in every domain for alpha-crown',
  },
  branching: {
    type: 'choice',
    choices: ['auto', 'neurons', 'inputs', 'none'],
    default: 'auto',
    description:
      'Split by signs of neurons, halve boxes, or do not split; by default neurons where activations are piecewise linear',
  },
  attacks: {
    type: 'integer',
    min: 0,
    max: 1000,
    default: 10,
    description: 'Starts of the search for a witness by gradients before anything is bounded',
  },
  maxDomains: { type: 'integer', min: 1, default: 100_000, description: 'Domains after which to stop' },
  seed: {
    type: 'integer',
    min: 0,
    default: 0,
    description: 'Seed of the starts of the search for a witness',
  },
  maxIterations: { type: 'integer', min: 0, default: 10_000_000, description: 'Iteration limit' },
} as const satisfies OptionSpecs;

/** Options of `verifyProperty`. */
export type VerifyPropertyOptions = OptionsOf<typeof verifyPropertyOptions>;

/**
 * Checks an instance.
 *
 * @throws {InvalidInputError} naming the field and the index
 */
export function checkPropertyInstance(value: unknown): asserts value is PropertyInstance {
  const instance = value as PropertyInstance;
  if (typeof instance !== 'object' || instance === null) {
    throw new InvalidInputError('expected an object', { argument: 'instance', code: 'type' });
  }
  checkNetwork(instance.network);
  const { outputs } = prepareNetwork(instance.network);
  if (!Array.isArray(instance.unsafe) || instance.unsafe.length === 0) {
    throw new InvalidInputError('expected a list with at least one case', {
      argument: 'unsafe',
      code: 'empty',
    });
  }
  for (const [k, unsafe] of (instance.unsafe as UnsafeCase[]).entries()) {
    checkObject(unsafe, `unsafe[${k}]`);
    const { region, rows, limits } = unsafe;
    checkRegion(region, inputsOf(instance.network), `unsafe[${k}].region`);
    checkVector(limits, `unsafe[${k}].limits`);
    checkVector(rows, `unsafe[${k}].rows`, limits.length * outputs);
  }
}

/**
 * Decides whether a network can produce unsafe outputs: for every case, whether some x of its region has C f(x) <= d.
 *
 * Certificates hold in real arithmetic; a network run in single precision may differ by its rounding, which is why a
 * witness comes with its margin in both. Complete for ReLU and leaky ReLU on boxes, up to ties within rounding; other
 * activations are bounded on ever smaller boxes. `converged` when certified or falsified, `stalled` when it cannot be
 * decided (a tie, or `maxDomains`), and the bound reached stands in the answer.
 *
 * @param instance - the network and the unsafe cases
 * @throws {InvalidInputError} for instances that do not fit together
 *
 * @example
 * ```ts
 * import { denseNetwork, verifyProperty } from '@infimum/verify';
 *
 * // f(x) = relu(x1 - x2) - relu(2 x1 - x2): can it exceed 1.5 on the box? Unsafe: -f <= -1.5.
 * const network = denseNetwork([Float64Array.of(1, -1, 2, -1), Float64Array.of(1, -1)], [new Float64Array(2), new Float64Array(1)]);
 * const region = { lower: Float64Array.of(-1, -2), upper: Float64Array.of(2, 1) };
 * const unsafe = [{ region, rows: Float64Array.of(-1), limits: Float64Array.of(-1.5) }];
 * console.log(verifyProperty({ network, unsafe }).verdict); // certified
 * ```
 */
export function verifyProperty(
  instance: PropertyInstance,
  options: VerifyPropertyOptions & RunOptions<PropertyIterate> = {},
): Outcome<PropertySolution, PropertyIterate> {
  return run(verifyPropertySteps(instance, options), runOptionsOf(verifyPropertyOptions, options));
}

/** What the search of one case shares. */
interface Search {
  readonly network: PreparedNetwork;
  readonly products: RowProducts;
  readonly region: PreparedRegion;
  readonly rows: readonly Float64Array[];
  readonly limits: Float64Array;
  readonly method: ForwardMethod;
  readonly byNeurons: boolean;
  /** The best input seen and its margin. */
  best: Float64Array;
  margin: number;
  /** Whether that margin is beyond doubt. */
  isWitness: boolean;
}

interface Domain {
  readonly region: PreparedRegion;
  readonly phases: Int8Array[];
  /** Proven: every input of the domain exceeds some limit by this. */
  readonly bound: number;
  readonly split: NeuronPlace | undefined;
  readonly weights: Float64Array | undefined;
}

/** The steps of `verifyProperty`. */
export function* verifyPropertySteps(
  instance: PropertyInstance,
  options: VerifyPropertyOptions = {},
): Steps<PropertySolution, PropertyIterate> {
  const settings = resolveOptions(verifyPropertyOptions, options);
  const { method, branching, attacks, maxDomains, seed } = settings;
  checkPropertyInstance(instance);
  const network = prepareNetwork(instance.network);
  const products = new RowProducts(network);
  const random = new Random(seed);
  const byNeurons = branching === 'neurons' || (branching !== 'inputs' && isNetworkPiecewiseLinear(network));
  let iteration = 0;
  let domains = 0;
  let certified = Infinity;
  let current = -Number.MAX_VALUE;
  let found: PropertySolution | undefined;
  const finite = (bound: number) => Math.min(Number.MAX_VALUE, Math.max(-Number.MAX_VALUE, bound));
  const solution = (): PropertySolution =>
    found
      ? { ...found, ...(found.witness && { witness: found.witness.slice() }) }
      : { verdict: 'unknown', bound: finite(Math.min(certified, current)) };
  const iterate = (): PropertyIterate => ({
    iteration: iteration++,
    bound: finite(current),
    domains,
    solution,
  });
  try {
    yield iterate();
    for (const [index, { region: given, rows, limits }] of instance.unsafe.entries()) {
      const region = prepareRegion(given);
      const width = network.outputs;
      const search: Search = {
        network,
        products,
        region,
        rows: Array.from(limits, (_, r) => rows.slice(r * width, (r + 1) * width)),
        limits,
        method,
        byNeurons,
        best: region.middle.slice(),
        margin: Infinity,
        isWitness: false,
      };
      current = -Number.MAX_VALUE;
      const falsified = (): PropertySolution => ({
        verdict: 'falsified',
        bound: finite(Math.min(certified, current)),
        witness: search.best.slice(),
        unsafeCase: index,
        witnessMargin: search.margin,
        singlePrecisionMargin: singleMargin(search, search.best),
      });
      for (let start = 0; start < attacks && !search.isWitness; start++) {
        attack(search, random);
        yield iterate();
      }
      const queue = new DomainQueue<Domain>(({ bound }) => -bound);
      let closed = Infinity;
      let undecided = Infinity;
      const add = (domain: Domain | undefined, parent: number) => {
        domains++;
        if (!domain) return;
        const bound = Math.max(parent, domain.bound);
        if (bound > 0) closed = Math.min(closed, bound);
        else if (branching === 'none' || (byNeurons && !domain.split)) undecided = Math.min(undecided, bound);
        else queue.push({ ...domain, bound });
      };
      if (!search.isWitness) {
        add(yield* ticking(evaluate(search, region, freePhases(network)), iterate), -Infinity);
      }
      for (;;) {
        current = Math.min(closed, undecided, queue.top?.bound ?? Infinity);
        if (search.isWitness) {
          current = Math.min(current, search.margin);
          found = falsified();
          return converged(solution(), `case ${index} has a witness`);
        }
        const top = queue.pop();
        if (!top) break;
        if (domains >= maxDomains) return stalled(solution(), `maxDomains = ${maxDomains} were bounded`);
        const halves = top.split ? undefined : splitInput(top.region, top.weights);
        if (!top.split && !halves) {
          undecided = Math.min(undecided, top.bound);
          continue;
        }
        const children = top.split
          ? splitNeuron(top.phases, top.split).map((phases) => ({ region: top.region, phases }))
          : (halves ?? []).map((half) => ({ region: half, phases: top.phases }));
        for (const child of children) {
          if (search.isWitness) break;
          add(yield* ticking(evaluate(search, child.region, child.phases), iterate), top.bound);
        }
        yield iterate();
      }
      if (undecided < Infinity) {
        const reason =
          branching === 'none'
            ? `case ${index} is not decided without splitting`
            : `case ${index} is a tie: its margin lies within rounding of 0`;
        return stalled(solution(), reason);
      }
      certified = Math.min(certified, closed);
      current = Infinity;
    }
  } finally {
    products.release();
  }
  // Cells that no input reaches have no margin at all.
  found = { verdict: 'certified', bound: finite(certified) };
  return converged(solution(), `no unsafe outputs: the margin is at least ${found.bound}`);
}

/** Hands on pauses as iterates. */
function* ticking<Result>(
  computation: Generator<void, Result>,
  iterate: () => PropertyIterate,
): Generator<PropertyIterate, Result> {
  for (;;) {
    const step = computation.next();
    if (step.done) return step.value;
    yield iterate();
  }
}

/** max over rows of C y - d, and what rounding may have added. */
function marginOf(
  { network, rows, limits }: Search,
  x: Float64Array,
  y: Float64Array,
): { value: number; error: number } {
  let value = -Infinity;
  let error = 0;
  rows.forEach((row, r) => {
    const sum = row.reduce((so, c, i) => so + c * y[i], -limits[r]);
    value = Math.max(value, Number.isNaN(sum) ? Infinity : sum);
  });
  // Magnitudes of one point, as those of a region in forward-bounds.ts.
  let sizes: Float64Array = x.map(Math.abs);
  let terms = 0;
  for (const { map } of network.layers) {
    sizes = map.applyAbsolute(sizes);
    for (let i = 0; i < sizes.length; i++) sizes[i] += Math.abs(map.bias[i]) + 2 ** -1022;
    terms += map.terms + 16;
  }
  rows.forEach((row, r) => {
    const size = row.reduce((so, c, i) => so + Math.abs(c) * sizes[i], Math.abs(limits[r]));
    error = Math.max(error, size * (terms + row.length) * ROUNDING);
  });
  return { value, error };
}

/** Looks at an input: keeps the best, and notes a witness that rounding cannot have made. */
function visit(search: Search, x: Float64Array): number {
  if (!contains(search.region, x)) return Infinity;
  const values = preActivations(search.network, x);
  const { value, error } = marginOf(search, x, values[values.length - 1]);
  const isWitness = value + error <= 0 || (value <= 0 && error === 0);
  if (value < search.margin || (isWitness && !search.isWitness)) {
    search.margin = value;
    search.best = x.slice();
    search.isWitness = isWitness;
  }
  return value;
}

function singleMargin(search: Search, x: Float64Array): number {
  const y = evaluateSinglePrecision(search.network, x);
  const { value } = marginOf(search, x, y);
  return Number.isFinite(value) ? value : Number.MAX_VALUE;
}

/** Twenty signed gradient steps on the worst row, from a random input. */
function attack(search: Search, random: Random): void {
  const { region, network, rows, limits } = search;
  const x = region.middle.map((m, j) => m + region.halfWidth[j] * (2 * random.uniform() - 1));
  projectInto(region, x);
  for (let step = 0; step < 20 && !search.isWitness; step++) {
    visit(search, x);
    const values = preActivations(network, x);
    const y = values[values.length - 1];
    let worst = 0;
    let largest = -Infinity;
    rows.forEach((row, r) => {
      const sum = row.reduce((so, c, i) => so + c * y[i], -limits[r]);
      if (sum > largest) [largest, worst] = [sum, r];
    });
    const gradient = pullBack(network, values, rows[worst]);
    const length = step === 0 ? 2 : 0.5 * 0.85 ** step;
    for (let j = 0; j < x.length; j++) x[j] -= length * region.halfWidth[j] * Math.sign(gradient[j]);
    projectInto(region, x);
  }
  visit(search, x);
}

/** Bounds the margin in a domain; undefined if no input is in it. */
function* evaluate(
  search: Search,
  region: PreparedRegion,
  phases: Int8Array[],
): Generator<void, Domain | undefined> {
  const { network, products, method, byNeurons } = search;
  const wanted = network.layers.length - 1;
  const isFixed = phases.some((signs) => signs.some((sign) => sign !== 0));
  // Optimised slopes for all layers once, at the root; below it for the margins alone.
  const forward = method === 'alpha-crown' && isFixed ? 'crown' : method;
  const bounds = yield* forwardBounds(products, region, forward, phases, wanted);
  if (bounds.isEmpty) return undefined;
  const scores = network.layers.slice(0, -1).map(({ map }) => new Float64Array(map.outputs));
  let bound = yield* boundMargin(search, region, bounds, scores);
  if (!byNeurons) visit(search, region.middle);
  if (bound > 0) return { region, phases, bound, split: undefined, weights: undefined };
  if (byNeurons && isFixed) {
    const cell = cellOf(network, region, bounds, phases);
    if (checkCell(cell).isEmpty) return undefined;
    if (cell.isAffine) bound = Math.max(bound, leafBound(search, cell, bounds));
  } else if (byNeurons) {
    const cell = cellOf(network, region, bounds, phases);
    if (cell.isAffine) bound = Math.max(bound, leafBound(search, cell, bounds));
  }
  const split = byNeurons ? bestNeuron(search, bounds, phases, scores) : undefined;
  return { region, phases, bound, split, weights: byNeurons ? undefined : inputWeights(search) };
}

/** A lower bound of max over rows of C y - d: the largest of the rows' bounds. Scores tell what the relaxation cost. */
function* boundMargin(
  { network, products, rows, limits, method }: Search,
  region: PreparedRegion,
  bounds: ForwardBounds,
  scores: readonly Float64Array[],
): Generator<void, number> {
  const { layers, inputs } = network;
  const last = layers.length - 1;
  const { map } = layers[last];
  const terms = layers.reduce((sum, layer) => sum + layer.map.terms + 16, 0);
  let best = -Infinity;
  for (const [r, row] of rows.entries()) {
    const size = row.reduce(
      (sum, c, i) => sum + Math.abs(c) * bounds.magnitude[last][i],
      Math.abs(limits[r]),
    );
    const slack = size * (terms + row.length) * ROUNDING;
    const start = map.applyTransposed(row);
    const constants = Float64Array.of(row.reduce((sum, c, i) => sum + c * map.bias[i], -limits[r]));
    products.rows.set(start);
    let value = constants[0];
    const gathered = Float64Array.of(value);
    for (let j = last - 1; j >= 0; j--) {
      for (let i = 0; i < layers[j].map.outputs; i++) {
        const a = products.rows[i];
        if (a < 0) scores[j][i] = Math.max(scores[j][i], -a * bounds.lines[j].upperIntercept[i]);
      }
      relaxRows(products.rows, layers[j].map.outputs, 0, 1, bounds.lines[j], gathered);
      addBias(products.rows, layers[j].map.bias, 1, gathered);
      products.backward(j, 1);
    }
    value = gathered[0] + least(region, products.rows, 0);
    if (method === 'alpha-crown' && !(value - slack > 0) && inputs > 0 && last > 0) {
      const [found] = yield* alphaRows(
        products,
        region,
        bounds.lines,
        last - 1,
        start,
        constants,
        0,
        ALPHA_SETTINGS,
      );
      value = Math.max(value, found);
    }
    value -= slack;
    if (value > best) best = value;
  }
  yield;
  return best;
}

/** The proven margin in a cell where the network is affine: a linear program; its answer is a candidate for a witness. */
function leafBound(search: Search, cell: Cell, bounds: ForwardBounds): number {
  const { rows, limits, network } = search;
  const { region, inequalities, slopes, constants } = cell;
  const n = region.middle.length;
  const last = network.layers.length - 1;
  const program = {
    rows: inequalities.rows.map((row) => [...row, 0]),
    offsets: inequalities.offsets.slice(),
    errors: inequalities.errors.slice(),
  };
  const margins = rows.map((row, r) => {
    const slope = new Float64Array(n);
    row.forEach((c, i) => {
      for (let j = 0; j < n; j++) slope[j] += c * slopes[i * n + j];
    });
    const constant = row.reduce((sum, c, i) => sum + c * constants[i], -limits[r]);
    const error = row.reduce((sum, c, i) => sum + Math.abs(c) * bounds.margin[last][i], 0) * 2;
    return { slope, constant, error };
  });
  // Margins are measured in the largest range of a row, so that t lies between -1 and 1.
  const scale = margins.reduce(
    (most, { slope, constant }) =>
      Math.max(
        most,
        slope.reduce((sum, a) => sum + Math.abs(a), Math.abs(constant)),
      ),
    0,
  );
  if (!(scale > 0 && Number.isFinite(scale))) return scale === 0 ? 0 : -Infinity;
  for (const { slope, constant, error } of margins) {
    // t scale >= slope · xi + constant
    addRow(program, [...Array.from(slope, (a) => -a), scale], constant, error);
  }
  const cost = new Float64Array(n + 1);
  cost[n] = 1;
  const { program: solved, answer, errors } = solveInRegion(program, cost, region);
  if (answer.status !== 'infeasible') visit(search, inputAt(region, answer.x));
  const zero = new Float64Array(n + 1);
  // An infeasible cell is proven by its own multipliers.
  if (provenMinimum({ ...solved, cost: zero }, answer.multipliers, errors) > 0) return Infinity;
  return provenMinimum(solved, answer.multipliers, errors) * scale;
}

/** The unstable neuron whose upper line costs the margin most; the widest one if none does. */
function bestNeuron(
  { network }: Search,
  bounds: ForwardBounds,
  phases: Int8Array[],
  scores: readonly Float64Array[],
): NeuronPlace | undefined {
  let best: NeuronPlace | undefined;
  let largest = -1;
  for (const place of unstableNeurons(network, bounds, phases)) {
    const { layer, neuron } = place;
    const width = Math.min(bounds.upper[layer][neuron], -bounds.lower[layer][neuron]);
    const score = scores[layer][neuron] + 1e-6 * Math.max(0, width);
    if (score > largest) {
      largest = score;
      best = place;
    }
  }
  return best;
}

/** Inputs by the gradient of the first row in the middle of the region. */
function inputWeights({ network, region, rows }: Search): Float64Array {
  const gradient = pullBack(network, preActivations(network, region.middle), rows[0]);
  const largest = gradient.reduce((most, g) => Math.max(most, Math.abs(g)), 0);
  return gradient.map((g) => Math.abs(g) + 0.1 * largest + Number.MIN_VALUE);
}
