// Complete verification of properties: is there an input of a region whose outputs fulfil C y <= d? Margins are bounded
// as one row by CROWN; domains are split by signs of neurons (or boxes halved), with a linear program at the leaves.
//
// R. Bunel, J. Lu, I. Turkaslan, P. H. S. Torr, P. Kohli, M. P. Kumar: Branch and bound for piecewise linear neural
// network verification (2019), arXiv 1909.06588; K. Xu and others: Fast and complete (2020), arXiv 2011.13824.
import type {
  Conclusion,
  Iterate,
  OptionSpecs,
  OptionsOf,
  Outcome,
  ResolvedOptions,
  RunOptions,
  Steps,
  VectorLike,
} from '@infimum/core';
import { asMatrix, asVector, checkObject, converged, fault, Random, resolveOptions, runWith, stalled } from '@infimum/core';
import type { Region, RegionLike } from '../bounds/region.ts';
import { asRegion, prepareRegion } from '../bounds/region.ts';
import { RowProducts } from '../bounds/row-products.ts';
import type { Network, NetworkLike, PreparedNetwork } from '../networks/network.ts';
import { asNetwork, prepareNetwork } from '../networks/network.ts';
import { DomainQueue } from '../programs/domain-queue.ts';
import { freePhases, splitInput, splitNeuron } from '../programs/splitting.ts';
import { ticking } from '../ticking.ts';
import type { Domain } from './margin-bounds.ts';
import { evaluate, rootMargin, SharedBounds } from './margin-bounds.ts';
import type { PropertySearch } from './witness-search.ts';
import { attack, singleMargin, visit } from './witness-search.ts';

/** A forbidden combination of inputs and outputs. */
export interface UnsafeCase {
  /** The inputs. */
  readonly region: Region;
  /** C, a row a condition: outputs y are unsafe where C y <= d holds in all rows. */
  readonly rows: Float64Array;
  /** d, a number a condition. */
  readonly limits: Float64Array;
}

/** A network and its unsafe cases. */
export interface PropertyInstance {
  /** The network. */
  readonly network: Network;
  /** Each alone is a violation. */
  readonly unsafe: readonly UnsafeCase[];
}

/** The verdict on a property. */
export interface PropertySolution {
  /**
   * `certified`: no input is unsafe, by bounds that include all rounding errors; `falsified`: `witness` is unsafe; `unknown`: not decided.
   */
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
  /** max over rows of C y - d at the witness, in double precision: above 0 at most by rounding. */
  readonly witnessMargin?: number;
  /** The same, with the network evaluated in single precision; it may come out positive. */
  readonly singlePrecisionMargin?: number;
}

/** The state of the search. */
export interface PropertyIterate extends Iterate<PropertySolution> {
  /** The bound proven so far for the undecided cases. */
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
    description: 'Bounds are tried in this order up to the chosen one; alpha-crown optimises its lines in every domain',
  },
  branching: {
    type: 'choice',
    choices: ['auto', 'neurons', 'inputs', 'none'],
    default: 'auto',
    description:
      'Split by signs of neurons, halve boxes, or do not split; by default neurons where activations are piecewise linear, and boxes of up to 8 inputs once few neurons are left with both signs',
  },
  attacks: {
    type: 'integer',
    min: 0,
    max: 1000,
    default: 10,
    description: 'Starts of the gradient search for a witness after the bounds have failed',
  },
  maxDomains: { type: 'integer', min: 1, default: 100_000, description: 'Limit on domains' },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed for the starts of the search for a witness' },
  maxIterations: { type: 'integer', min: 0, default: 10_000_000, description: 'Iteration limit' },
} as const satisfies OptionSpecs;

/** Options of `verifyProperty`. */
export type VerifyPropertyOptions = OptionsOf<typeof verifyPropertyOptions> & RunOptions<PropertyIterate>;

/** An unsafe case whose numbers are in any lists. */
export interface UnsafeCaseLike {
  /** The inputs. */
  readonly region: RegionLike;
  /** C, its rows one after the other or as a list. */
  readonly rows: VectorLike | readonly VectorLike[];
  /** d, a number a condition. */
  readonly limits: VectorLike;
}

/** An instance whose numbers are in any lists. */
export interface PropertyInstanceLike {
  /** The network. */
  readonly network: NetworkLike;
  /** Each alone is a violation. */
  readonly unsafe: readonly UnsafeCaseLike[];
}

/**
 * An instance in typed arrays, checked.
 *
 * @throws {InvalidInputError} naming the field and the index
 */
export function asPropertyInstance(instance: PropertyInstanceLike): PropertyInstance {
  checkObject(instance, 'instance');
  const network = asNetwork(instance.network);
  const { inputs, outputs } = prepareNetwork(network);
  if (!Array.isArray(instance.unsafe) || instance.unsafe.length === 0) {
    throw fault('expected a list with at least one case', 'unsafe', 'empty');
  }
  const unsafe = (instance.unsafe as readonly UnsafeCaseLike[]).map((given, k): UnsafeCase => {
    const name = `unsafe[${k}]`;
    checkObject(given, name);
    const region = asRegion(given.region, inputs, `${name}.region`);
    const limits = asVector(given.limits, `${name}.limits`);
    const isNested = Array.isArray(given.rows) && typeof given.rows[0] === 'object';
    const flat = isNested ? asMatrix(given.rows as readonly VectorLike[], `${name}.rows`).values : given.rows;
    const rows = asVector(flat as VectorLike, `${name}.rows`, limits.length * outputs);
    return { region, rows, limits };
  });
  return { network, unsafe };
}

/**
 * Decides whether a network can produce unsafe outputs: for every case, whether some x of its region has C f(x) <= d.
 *
 * A cascade: intervals, linear bounds, linear bounds with optimised slopes, attacks, for all cases, then branching; each only if the one
 * before was not enough; the bounds of a region are shared by its cases.
 *
 * Certificates hold in real arithmetic, with smooth activations right to 1e-14; for dense ReLU networks a checker proves them from the
 * certificate `verdict` of `verify/robustness`. A network run in single precision may differ by its rounding, which is why a
 * witness comes with its margin in both. Complete for ReLU and leaky ReLU on boxes, up to ties within rounding; other
 * activations are bounded on ever smaller boxes. `converged` when certified or falsified, `stalled` when it cannot be decided (a tie, or
 * `maxDomains`); the result contains the bound reached.
 *
 * @param instance - the network and the unsafe cases
 * @throws {InvalidInputError} for inconsistent instances
 *
 * @example
 * ```ts
 * import { denseNetwork, verifyProperty } from '@infimum/verify';
 *
 * // f(x) = relu(x1 - x2) - relu(2 x1 - x2): can it exceed 1.5 on the box? Unsafe: -f <= -1.5.
 * const network = denseNetwork([[1, -1, 2, -1], [1, -1]], [[0, 0], [0]]);
 * const region = { lower: [-1, -2], upper: [2, 1] };
 * const unsafe = [{ region, rows: [-1], limits: [-1.5] }];
 * console.log(verifyProperty({ network, unsafe }).verdict); // certified
 * ```
 */
export function verifyProperty(
  instance: PropertyInstanceLike,
  options: VerifyPropertyOptions = {},
): Outcome<PropertySolution, PropertyIterate> {
  return runWith(verifyPropertyOptions, options, verifyPropertySteps(instance, options));
}

/** The steps of `verifyProperty`. */
export function* verifyPropertySteps(
  given: PropertyInstanceLike,
  options: VerifyPropertyOptions = {},
): Steps<PropertySolution, PropertyIterate> {
  const settings = resolveOptions(verifyPropertyOptions, options);
  const instance = asPropertyInstance(given);
  const network = prepareNetwork(instance.network);
  const products = new RowProducts(network);
  const state = new SearchState();
  try {
    yield state.iterate();
    const cases = casesOf(instance, network, products, settings);
    const random = new Random(settings.seed);
    for (const one of cases) {
      const end = yield* screen(one, cases, settings.attacks, random, state);
      if (end) return end;
    }
    const open = cases.filter(({ root }) => !(root > 0));
    for (const [at, one] of open.entries()) {
      const others = Math.min(...open.slice(at + 1).map(({ root }) => root));
      const end = yield* branch(one, others, settings, state);
      if (end) return end;
    }
  } finally {
    products.release();
  }
  return state.certify();
}

type End = Conclusion<PropertySolution>;

/** A case and the search for its witness. */
interface Case {
  readonly index: number;
  readonly search: PropertySearch;
  readonly bounds: SharedBounds;
  /** Proven for its whole region. */
  root: number;
}

/** The result so far, over all cases. */
class SearchState {
  domains = 0;
  /** Proven for the decided cases. */
  certified = Infinity;
  /** Proven for the undecided cases. */
  current = -Number.MAX_VALUE;
  #iteration = 0;
  #found: PropertySolution | undefined;

  readonly solution = (): PropertySolution => {
    const found = this.#found ?? { verdict: 'unknown', bound: this.#bound() };
    return { ...found, ...(found.witness && { witness: found.witness.slice() }) };
  };

  readonly iterate = (): PropertyIterate => {
    return { iteration: this.#iteration++, bound: finite(this.current), domains: this.domains, solution: this.solution };
  };

  falsify({ index, search }: Case): End {
    this.current = Math.min(this.current, search.margin);
    this.#found = {
      verdict: 'falsified',
      bound: this.#bound(),
      witness: search.best.slice(),
      unsafeCase: index,
      witnessMargin: search.margin,
      singlePrecisionMargin: singleMargin(search, search.best),
    };
    return converged(this.solution(), `case ${index} has a witness`);
  }

  /** Cells without inputs have no margin. */
  certify(): End {
    this.#found = { verdict: 'certified', bound: finite(this.certified) };
    return converged(this.solution(), `no unsafe outputs: the margin is at least ${this.#found.bound}`);
  }

  #bound(): number {
    return finite(Math.min(this.certified, this.current));
  }
}

const finite = (bound: number) => Math.min(Number.MAX_VALUE, Math.max(-Number.MAX_VALUE, bound));

type Settings = ResolvedOptions<typeof verifyPropertyOptions>;

function casesOf(
  { unsafe }: PropertyInstance,
  network: PreparedNetwork,
  products: RowProducts,
  { method, branching }: Settings,
): Case[] {
  const known: SharedBounds[] = [];
  const width = network.outputs;
  return unsafe.map(({ region: given, rows, limits }, index) => {
    const bounds = sharedBounds(known, given);
    const { region } = bounds;
    const search: PropertySearch = {
      network,
      products,
      region,
      rows: Array.from(limits, (_, r) => rows.slice(r * width, (r + 1) * width)),
      limits,
      method,
      branching,
      best: region.middle.slice(),
      margin: Infinity,
      isWitness: false,
    };
    return { index, search, bounds, root: -Infinity };
  });
}

/** Bounds a case, beginning with the cheapest method, then attacks it; undefined unless that falsifies it. */
function* screen(
  one: Case,
  cases: readonly Case[],
  attacks: number,
  random: Random,
  state: SearchState,
): Generator<PropertyIterate, End | undefined> {
  const { search, bounds } = one;
  visit(search, bounds.region.middle);
  if (!search.isWitness) one.root = yield* ticking(rootMargin(search, bounds), state.iterate);
  if (one.root > 0) {
    state.domains++;
    state.certified = Math.min(state.certified, one.root);
    return undefined;
  }
  state.current = leastRoot(cases);
  for (let start = 0; start < attacks && !search.isWitness; start++) {
    attack(search, random);
    yield state.iterate();
  }
  if (!search.isWitness) return undefined;
  // A witness does not bound other inputs: cases without bounds are bounded by the cheapest method.
  for (const other of cases.filter(({ root }) => root === -Infinity)) {
    const quick = { ...other.search, method: 'interval' as const };
    other.root = yield* ticking(rootMargin(quick, other.bounds), state.iterate);
  }
  state.current = leastRoot(cases);
  return state.falsify(one);
}

/** The bound proven for the undecided cases. */
const leastRoot = (cases: readonly Case[]): number => Math.min(...cases.map(({ root }) => (root > 0 ? Infinity : root)));

/** Splits the region of a case until it is decided. */
function* branch(
  one: Case,
  others: number,
  { branching, maxDomains }: Settings,
  state: SearchState,
): Generator<PropertyIterate, End | undefined> {
  const { index, search, bounds, root } = one;
  const queue = new DomainQueue<Domain>(({ bound }) => -bound);
  let closed = Infinity;
  let undecided = Infinity;
  const add = (domain: Domain | undefined, parent: number) => {
    state.domains++;
    if (!domain) return;
    const bound = Math.max(parent, domain.bound);
    if (bound > 0) closed = Math.min(closed, bound);
    else if (branching === 'none' || !(domain.split || domain.weights)) undecided = Math.min(undecided, bound);
    else queue.push({ ...domain, bound, bounds: queue.length < MOST_REMEMBERED ? domain.bounds : undefined });
  };
  state.current = Math.min(root, others);
  add(yield* ticking(evaluate(search, bounds.region, freePhases(search.network), bounds), state.iterate), root);
  for (;;) {
    state.current = Math.min(closed, undecided, queue.top?.bound ?? Infinity, others);
    if (search.isWitness) return state.falsify(one);
    const top = queue.pop();
    if (!top) break;
    if (state.domains >= maxDomains) return stalled(state.solution(), `maxDomains = ${maxDomains} were bounded`);
    const children = partsOf(top);
    if (!children) {
      undecided = Math.min(undecided, top.bound);
      continue;
    }
    for (const { region, phases } of children) {
      if (search.isWitness) break;
      add(yield* ticking(evaluate(search, region, phases, undefined, top), state.iterate), top.bound);
    }
    yield state.iterate();
  }
  if (undecided < Infinity) {
    const why = branching === 'none' ? 'not decided without splitting' : 'a tie: its margin lies within rounding of 0';
    return stalled(state.solution(), `case ${index} is ${why}`);
  }
  state.certified = Math.min(state.certified, closed);
  return undefined;
}

/** By the sign of a neuron, or in halves; undefined if no part differs from the domain. */
function partsOf({ region, phases, split, weights }: Domain): readonly Pick<Domain, 'region' | 'phases'>[] | undefined {
  if (split) return splitNeuron(phases, split).map((signs) => ({ region, phases: signs }));
  return splitInput(region, weights)?.map((half) => ({ region: half, phases }));
}

/** Number of open domains whose bounds are kept as starts for their subdomains. */
const MOST_REMEMBERED = 1000;

/** The bounds of a region, the same for all cases of it. */
function sharedBounds(known: SharedBounds[], given: Region): SharedBounds {
  const isSame = ({ region }: SharedBounds) =>
    region.lower === given.lower &&
    region.upper === given.upper &&
    region.ball?.center === given.ball?.center &&
    region.ball?.radius === given.ball?.radius &&
    region.ball?.norm === given.ball?.norm;
  const found = known.find(isSame) ?? new SharedBounds(prepareRegion(given));
  if (!known.includes(found)) known.push(found);
  return found;
}
