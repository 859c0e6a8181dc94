// Complete verification of properties: is there an input of a region whose outputs fulfil C y <= d? Margins are bounded
// as one row by CROWN; domains are split by signs of neurons (or boxes halved), with a linear program at the leaves.
//
// R. Bunel, J. Lu, I. Turkaslan, P. H. S. Torr, P. Kohli, M. P. Kumar: Branch and bound for piecewise linear neural
// network verification (2019), arXiv 1909.06588; K. Xu and others: Fast and complete (2020), arXiv 2011.13824.
import type { Iterate, OptionSpecs, OptionsOf, Outcome, RunOptions, Steps, VectorLike } from '@infimum/core';
import { asMatrix, asVector, checkObject, converged, fault, Random, resolveOptions, runWith, stalled } from '@infimum/core';
import type { Region, RegionLike } from '../bounds/region.ts';
import { asRegion, prepareRegion } from '../bounds/region.ts';
import { RowProducts } from '../bounds/row-products.ts';
import type { Network, NetworkLike } from '../networks/network.ts';
import { asNetwork, prepareNetwork } from '../networks/network.ts';
import { DomainQueue } from '../programs/domain-queue.ts';
import { freePhases, splitInput, splitNeuron } from '../programs/splitting.ts';
import { ticking } from '../ticking.ts';
import type { Domain } from './margin-bounds.ts';
import { evaluate, rootMargin, SharedBounds } from './margin-bounds.ts';
import type { PropertySearch } from './witness-search.ts';
import { attack, singleMargin, visit } from './witness-search.ts';

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
  /** `certified`: no input is unsafe, by bounds with room for all roundings; `falsified`: `witness` is; `unknown`: not decided. */
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

/** News of the search. */
export interface PropertyIterate extends Iterate<PropertySolution> {
  /** The bound proven so far for the cases that are open. */
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
    description: 'The last of the bounds that are tried in this order; with lines turned in every domain for alpha-crown',
  },
  branching: {
    type: 'choice',
    choices: ['auto', 'neurons', 'inputs', 'none'],
    default: 'auto',
    description:
      'Split by signs of neurons, halve boxes, or do not split; by default neurons where activations are piecewise linear, and of up to 8 inputs once few neurons are left with both signs',
  },
  attacks: {
    type: 'integer',
    min: 0,
    max: 1000,
    default: 10,
    description: 'Starts of the search for a witness by gradients, once bounds have not certified',
  },
  maxDomains: { type: 'integer', min: 1, default: 100_000, description: 'Domains after which to stop' },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of the starts of the search for a witness' },
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
  /** Each on its own is a violation. */
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
 * A cascade: intervals, linear bounds, linear bounds with optimised slopes, attacks, for all cases, then branching; each only
 * where the one before was not enough; the bounds of a region are shared by its cases.
 *
 * Certificates hold in real arithmetic, with smooth activations right to 1e-14; for dense ReLU networks a checker proves them from the
 * certificate `verdict` of `verify/robustness`. A network run in single precision may differ by its rounding, which is why a
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
  const { method, branching, attacks, maxDomains, seed } = settings;
  const instance = asPropertyInstance(given);
  const network = prepareNetwork(instance.network);
  const products = new RowProducts(network);
  const random = new Random(seed);
  const known: SharedBounds[] = [];
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
  const iterate = (): PropertyIterate => ({ iteration: iteration++, bound: finite(current), domains, solution });
  try {
    yield iterate();
    // Bounds from the cheapest on, then attacks, of all cases before one is branched on: each only where those before did not decide.
    const open: { index: number; search: PropertySearch; bounds: SharedBounds; root: number }[] = [];
    const falsified = (search: PropertySearch, index: number) => {
      found = {
        verdict: 'falsified',
        bound: finite(Math.min(certified, current)),
        witness: search.best.slice(),
        unsafeCase: index,
        witnessMargin: search.margin,
        singlePrecisionMargin: singleMargin(search, search.best),
      };
      return converged(solution(), `case ${index} has a witness`);
    };
    for (const [index, { region: given, rows, limits }] of instance.unsafe.entries()) {
      const bounds = sharedBounds(known, given);
      const { region } = bounds;
      const width = network.outputs;
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
      visit(search, region.middle);
      const root = search.isWitness ? -Infinity : yield* ticking(rootMargin(search, bounds), iterate);
      if (root > 0) {
        domains++;
        certified = Math.min(certified, root);
        continue;
      }
      if (index === instance.unsafe.length - 1) current = Math.min(root, ...open.map((other) => other.root));
      for (let start = 0; start < attacks && !search.isWitness; start++) {
        attack(search, random);
        yield iterate();
      }
      if (search.isWitness) {
        current = search.margin;
        return falsified(search, index);
      }
      open.push({ index, search, bounds, root });
    }
    for (const [at, { index, search, bounds, root }] of open.entries()) {
      const others = Math.min(...open.slice(at + 1).map((other) => other.root));
      current = Math.min(root, others);
      const queue = new DomainQueue<Domain>(({ bound }) => -bound);
      let closed = Infinity;
      let undecided = Infinity;
      const add = (domain: Domain | undefined, parent: number) => {
        domains++;
        if (!domain) return;
        const bound = Math.max(parent, domain.bound);
        if (bound > 0) closed = Math.min(closed, bound);
        else if (branching === 'none' || !(domain.split || domain.weights)) undecided = Math.min(undecided, bound);
        else queue.push({ ...domain, bound, bounds: queue.length < MOST_REMEMBERED ? domain.bounds : undefined });
      };
      add(yield* ticking(evaluate(search, bounds.region, freePhases(network), bounds), iterate), root);
      for (;;) {
        current = Math.min(closed, undecided, queue.top?.bound ?? Infinity, others);
        if (search.isWitness) {
          current = Math.min(current, search.margin);
          return falsified(search, index);
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
          add(yield* ticking(evaluate(search, child.region, child.phases, undefined, top), iterate), top.bound);
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
    }
  } finally {
    products.release();
  }
  // Cells that no input reaches have no margin at all.
  found = { verdict: 'certified', bound: finite(certified) };
  return converged(solution(), `no unsafe outputs: the margin is at least ${found.bound}`);
}

/** Open domains whose bounds are kept, so that those that they are split into start from them. */
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
