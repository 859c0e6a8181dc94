// Decides whether an output is monotone in an input, by bounds of one entry of the gradient and branching.
//
// The test of one box is that of arXiv 2210.07394, section on monotonicity; halving boxes and the witnesses are ours.
import type { Iterate, OptionSpecs, OptionsOf, Outcome, RunOptions, Steps } from '@infimum/core';
import { checkInteger, checkObject, converged, resolveOptions, runWith, stalled } from '@infimum/core';
import { crownBounds, emptyBounds } from '../bounds/forward-bounds.ts';
import type { PreparedRegion, RegionLike } from '../bounds/region.ts';
import { asRegion, contains, prepareRegion } from '../bounds/region.ts';
import { RowProducts } from '../bounds/row-products.ts';
import { exactChange, isExact } from '../networks/exact-values.ts';
import type { NetworkLike, PreparedNetwork } from '../networks/network.ts';
import { asNetwork, preActivations, prepareNetwork, pullBack } from '../networks/network.ts';
import { DomainQueue } from '../programs/domain-queue.ts';
import { splitInput } from '../programs/splitting.ts';
import { boundJacobian } from './jacobian-bounds.ts';
import { checkSlopes, unit } from './local-lipschitz.ts';

const certifyMonotoneOptions = {
  maxDomains: { type: 'integer', min: 1, default: 20_000, description: 'Limit on boxes' },
  maxIterations: { type: 'integer', min: 0, default: 10_000_000, description: 'Iteration limit' },
} as const satisfies OptionSpecs;

/** Options of `certifyMonotone`. */
export type CertifyMonotoneOptions = OptionsOf<typeof certifyMonotoneOptions> & RunOptions<MonotoneIterate>;

/** The question. */
export interface MonotoneQuestion {
  /** The network. */
  readonly network: NetworkLike;
  /** The inputs; those that are fixed have lower = upper. */
  readonly region: RegionLike;
  /** The varied input. */
  readonly feature: number;
  /** The observed output. */
  readonly output: number;
}

/** Two inputs that differ only in the feature. */
export interface MonotoneWitness {
  /** The one with the smaller feature. */
  readonly before: Float64Array;
  /** The one with the larger feature. */
  readonly after: Float64Array;
  /** f(after) - f(before). */
  readonly change: number;
}

/** What is known. */
export interface MonotoneSolution {
  /**
   * `increasing`: proven never to fall; `decreasing`: proven never to rise; `constant`: both; `neither`: it rises in one
   * place and falls in another, with witnesses; `unknown`: not decided within the limits.
   */
  readonly verdict: 'increasing' | 'decreasing' | 'constant' | 'neither' | 'unknown';
  /** A lower bound of the derivative. */
  readonly lower: number;
  /** An upper bound of the derivative. */
  readonly upper: number;
  /** Inputs between which the output rises, if found. */
  readonly rising?: MonotoneWitness;
  /** Inputs between which it falls, if found: the violation of ‘increasing’. */
  readonly falling?: MonotoneWitness;
}

/** The state of the search. */
export interface MonotoneIterate extends Iterate<MonotoneSolution> {
  /** Boxes bounded so far. */
  readonly domains: number;
}

/**
 * Decides whether f_output is monotone in the input `feature` over a region. Boxes on which the sign of the derivative is undecided are
 * halved until it is proven or a pair of inputs violates it.
 *
 * `converged` when the verdict is not `unknown`. O(n² w³) a box.
 *
 * @param question - network, region, input and output
 * @throws {InvalidInputError} for an inconsistent question
 *
 * @example
 * ```ts
 * import { certifyMonotone, denseNetwork } from '@infimum/verify';
 *
 * // A price that rises with the first input: relu(x1) + relu(x1 - x2).
 * const network = denseNetwork([[[1, 0], [1, -1]], [[1, 1]]], [[0, 0], [0]]);
 * const region = { lower: [-1, -1], upper: [1, 1] };
 * console.log(certifyMonotone({ network, region, feature: 0, output: 0 }).verdict); // increasing
 * console.log(certifyMonotone({ network, region, feature: 1, output: 0 }).verdict); // decreasing
 * ```
 */
export function certifyMonotone(
  question: MonotoneQuestion,
  options: CertifyMonotoneOptions = {},
): Outcome<MonotoneSolution, MonotoneIterate> {
  checkObject(question, 'question');
  return runWith(certifyMonotoneOptions, options, certifyMonotoneSteps(question, options));
}

interface Box {
  readonly region: PreparedRegion;
  readonly lower: number;
  readonly upper: number;
}

/** The steps of `certifyMonotone`. */
export function* certifyMonotoneSteps(
  question: MonotoneQuestion,
  options: CertifyMonotoneOptions = {},
): Steps<MonotoneSolution, MonotoneIterate> {
  const { maxDomains } = resolveOptions(certifyMonotoneOptions, options);
  const { feature, output } = question;
  const given = asNetwork(question.network);
  checkSlopes(given);
  const network = prepareNetwork(given);
  const root = prepareRegion(asRegion(question.region, network.inputs));
  checkInteger(feature, 'feature', { min: 0, max: network.inputs - 1 });
  checkInteger(output, 'output', { min: 0, max: network.outputs - 1 });
  const products = new RowProducts(network);
  const selector = unit(network.outputs, output);
  let [lower, upper] = [-Number.MAX_VALUE, Number.MAX_VALUE];
  let rising: MonotoneWitness | undefined;
  let falling: MonotoneWitness | undefined;
  let domains = 0;
  let iteration = 0;
  const solution = (): MonotoneSolution => ({
    verdict: verdictOf(lower, upper, rising, falling),
    lower,
    upper,
    ...(rising && { rising }),
    ...(falling && { falling }),
  });
  const iterate = (): MonotoneIterate => ({ iteration: iteration++, domains, solution });
  // The undecided boxes, where the output may fall, or may rise if it falls elsewhere, the widest interval first.
  const queue = new DomainQueue<Box>((box) => doubt(box, falling !== undefined, rising !== undefined));
  let settledLow = Infinity;
  let settledHigh = -Infinity;
  try {
    yield iterate();
    const waiting: PreparedRegion[] = [root];
    for (;;) {
      for (const region of waiting.splice(0)) {
        domains++;
        const bounds = crownBounds(products, region, undefined, network.layers.length - 1);
        let step = bounds.next();
        for (; !step.done; step = bounds.next()) yield iterate();
        const backward = boundJacobian(products, region, step.value, { method: 'linear', selector, norm: 'inf' });
        let part = backward.next();
        for (; !part.done; part = backward.next()) yield iterate();
        queue.push({ region, lower: part.value.lower[feature], upper: part.value.upper[feature] });
        const found = witnessNear(network, root, region.middle, feature, output, selector);
        if (found && found.change > 0) rising ??= found;
        if (found && found.change < 0) falling ??= found;
        yield iterate();
      }
      // Boxes whose sign is proven, or no longer matters, are put aside.
      for (let top = queue.top; top && doubt(top, falling !== undefined, rising !== undefined) <= 0; top = queue.top) {
        queue.pop();
        settledLow = Math.min(settledLow, top.lower);
        settledHigh = Math.max(settledHigh, top.upper);
      }
      if (!queue.top) break;
      const box = queue.pop() as Box;
      const halves = domains < maxDomains ? splitInput(box.region) : undefined;
      if (!halves) {
        const reason = domains < maxDomains ? 'boxes cannot be halved any further' : `maxDomains = ${maxDomains} were bounded`;
        return stalled(solution(), reason);
      }
      waiting.push(...halves);
    }
    lower = Math.max(lower, settledLow);
    upper = Math.min(upper, settledHigh);
  } finally {
    products.release();
  }
  const end = solution();
  if (end.verdict === 'unknown') return stalled(end, 'the derivative could not be bounded: the network overflows');
  return converged(end, `the output is ${end.verdict} in the input on ${domains} boxes`);
}

/** The undecided part of a box's interval; at most 0 if the box is decided. */
function doubt({ lower, upper }: Box, hasFallen: boolean, hasRisen: boolean): number {
  // Once the output falls somewhere, only ‘decreasing’ can be proven, and vice versa.
  const mayFall = hasFallen ? 0 : -lower;
  const mayRise = hasRisen ? 0 : upper;
  if (hasFallen && hasRisen) return 0;
  if (hasFallen) return mayRise;
  if (hasRisen) return mayFall;
  // Either sign is possible as long as it is the same everywhere: a box in which the output can only rise is decided for now.
  return Math.min(mayFall, mayRise);
}

function verdictOf(
  lower: number,
  upper: number,
  rising: MonotoneWitness | undefined,
  falling: MonotoneWitness | undefined,
): MonotoneSolution['verdict'] {
  if (rising && falling) return 'neither';
  if (lower >= 0 && upper <= 0) return 'constant';
  if (lower >= 0) return 'increasing';
  return upper <= 0 ? 'decreasing' : 'unknown';
}

/** Whether outputs certainly differ with this sign: by more than rounding, or in whole numbers. */
function isChange(
  network: PreparedNetwork,
  before: Float64Array,
  after: Float64Array,
  output: number,
  change: number,
): boolean {
  const last = network.layers.length - 1;
  const [low, high] = [before, after].map(
    (x) => emptyBounds(network, prepareRegion({ lower: x, upper: x })).margin[last][output],
  );
  // Smooth activations are right to a few units in the last place.
  const doubt = (low + high) * (isExact(network) ? 1 : 4);
  if (Math.abs(change) > doubt) return true;
  return isExact(network) && change !== 0 && exactChange(network, before, after, output) === Math.sign(change);
}

/** Two inputs around x along the feature whose outputs differ beyond rounding. */
function witnessNear(
  network: PreparedNetwork,
  root: PreparedRegion,
  x: Float64Array,
  feature: number,
  output: number,
  selector: Float64Array,
): MonotoneWitness | undefined {
  if (!contains(root, x)) return undefined;
  const slope = pullBack(network, preActivations(network, x), selector)[feature];
  if (slope === 0 || !Number.isFinite(slope)) return undefined;
  const room = root.upper[feature] - root.lower[feature];
  for (let size = room / 4; size > room * 1e-9; size /= 8) {
    const [before, after] = [x.slice(), x.slice()];
    before[feature] = Math.max(root.lower[feature], x[feature] - size);
    after[feature] = Math.min(root.upper[feature], x[feature] + size);
    if (!contains(root, before) || !contains(root, after)) continue;
    const last = network.layers.length - 1;
    const [low, high] = [before, after].map((point) => preActivations(network, point)[last][output]);
    const change = high - low;
    if (change > 0 === slope > 0 && isChange(network, before, after, output, change)) return { before, after, change };
  }
  return undefined;
}
