// All extreme equilibria of a game of two players, exactly, with the maximal Nash subsets and components that they span.
//
// Double description (Motzkin et al. 1953) of both best-response polytopes with whole numbers; equilibria are pairs of vertices
// that have every label: Avis, Rosenberg, Savani, von Stengel, "Enumeration of Nash equilibria for two-player games" (2010).
import type { LimitOptions, OptionSpecs, OptionsOf, Outcome, Steps } from '@infimum/core';
import { converged, defineSolver, fault, resolveOptions, runWith, stalled } from '@infimum/core';
import type { Fraction } from '@infimum/rigor';
import { formatFraction, fraction, gcd, toNumber } from '@infimum/rigor';
import type { EquilibriumIterate, EquilibriumSolution } from './equilibrium.ts';
import { EXACT, nashSolution, uniformStrategies } from './equilibrium.ts';
import { positiveIntegers } from './lemke-howson-exact.ts';
import type { GameLike } from './normal-form-game.ts';
import { asBimatrix, exactPayoffs } from './normal-form-game.ts';
import { normalForm } from './normal-form-problem.ts';

const extremeEquilibriaOptions = {
  maxVertices: {
    type: 'integer',
    min: 2,
    max: 1_000_000,
    default: 100_000,
    description: 'Maximum number of vertices of a polytope',
  },
} as const satisfies OptionSpecs;

/** Options of `extremeEquilibria`. */
export type ExtremeEquilibriaOptions = OptionsOf<typeof extremeEquilibriaOptions> &
  LimitOptions<EquilibriumIterate<ExtremeEquilibriaSolution>>;

/** An extreme equilibrium. */
export interface ExtremeEquilibrium {
  /** Mixed strategies. */
  readonly strategies: readonly [Float64Array, Float64Array];
  /** The payoffs of both players. */
  readonly payoffs: Float64Array;
  /** The same, exactly: fractions such as `7/11`. */
  readonly exact: {
    /** Strategies of both, as fractions. */
    readonly strategies: readonly [readonly string[], readonly string[]];
    /** Payoffs of both, as fractions. */
    readonly payoffs: readonly [string, string];
  };
}

/** A maximal set of equilibria that are exchangeable: the product of the hulls of both players' strategies in it. */
export interface NashSubset {
  /** The extreme equilibria in it, by their number. */
  readonly equilibria: readonly number[];
}

/** All equilibria. */
export interface ExtremeEquilibriaSolution extends EquilibriumSolution {
  /** All extreme equilibria, each once. */
  readonly equilibria: readonly ExtremeEquilibrium[];
  /** The maximal Nash subsets: every equilibrium lies in one of them. */
  readonly subsets: readonly NashSubset[];
  /** The connected components of the set of equilibria, as numbers of extreme equilibria. */
  readonly components: readonly (readonly number[])[];
  /** Whether a strategy has more best responses than choices in its support: only otherwise is the number of equilibria odd. */
  readonly degenerate: boolean;
}

/**
 * All extreme Nash equilibria of a game of two players, without repeats, in whole numbers: degenerate games included. All
 * equilibria are mixtures within a maximal Nash subset. Small games: the polytopes may have exponentially many vertices; the
 * double description costs O(v²) for v of them, O(v³) if the game is degenerate, seconds for 12x12. Beyond `maxVertices` it gives up.
 *
 * `converged` when all were found; their regret is checked in doubles too.
 *
 * @param game - a game of two players with at most 61 rows and columns together
 * @throws {InvalidInputError} naming the field at fault
 *
 * @example
 * ```ts
 * import { bimatrix, extremeEquilibria } from '@infimum/games';
 *
 * const game = bimatrix([[3, 3], [2, 5], [0, 6]], [[3, 3], [2, 6], [3, 1]]);
 * const { equilibria, components } = extremeEquilibria(game);
 * console.log(equilibria.map(({ exact }) => exact.strategies[0].join(' ')).join(', ')); // 1 0 0, 1 0 0, 0 1/3 2/3
 * console.log(components.length); // 2
 * ```
 */
export function extremeEquilibria(
  given: GameLike,
  options: ExtremeEquilibriaOptions = {},
): Outcome<ExtremeEquilibriaSolution, EquilibriumIterate<ExtremeEquilibriaSolution>> {
  return runWith(extremeEquilibriaOptions, options, extremeEquilibriaSteps(given, options));
}

/** The steps of `extremeEquilibria`. */
export function* extremeEquilibriaSteps(
  given: GameLike,
  options: ExtremeEquilibriaOptions = {},
): Steps<ExtremeEquilibriaSolution, EquilibriumIterate<ExtremeEquilibriaSolution>> {
  const { maxVertices } = resolveOptions(extremeEquilibriaOptions, options);
  const game = asBimatrix(given);
  const [rows, cols] = game.actions;
  if (rows + cols > MAX_LABELS) throw fault(`${rows} + ${cols} choices are more than ${MAX_LABELS}`, 'actions', 'unsupported');
  const nothing = (): ExtremeEquilibriaSolution => ({
    ...nashSolution(game, uniformStrategies(game.actions)),
    equilibria: [],
    subsets: [],
    components: [],
    degenerate: false,
  });
  let iteration = 0;
  yield { iteration, solution: nothing };
  const [a, b] = exactPayoffs(game).map(positiveIntegers);
  const sides: Vertex[][] = [];
  for (const isFirst of [true, false]) {
    // Labels: rows, then columns. The first player's vertices are x with B'x <= t.
    const facets = isFirst
      ? Array.from({ length: cols }, (_, j) => Array.from({ length: rows }, (_, i) => b.integers[i * cols + j]))
      : Array.from({ length: rows }, (_, i) => Array.from({ length: cols }, (_, j) => a.integers[i * cols + j]));
    const search = vertices(facets, isFirst ? 0 : rows, isFirst ? rows : 0, maxVertices);
    for (let step = search.next(); ; step = search.next()) {
      if (step.done) {
        if (!step.value) return stalled(nothing(), `a polytope has more than ${maxVertices} vertices`);
        sides.push(step.value);
        break;
      }
      iteration++;
      yield { iteration, solution: nothing };
    }
  }
  const [first, second] = sides;
  const all = labelSet(0, rows + cols);
  const pairs: [number, number][] = [];
  for (const [i, v] of first.entries()) {
    for (const [j, w] of second.entries()) {
      if ((v.low | w.low) === all.low && (v.high | w.high) === all.high) pairs.push([i, j]);
    }
    if (i % 256 === 255) {
      iteration++;
      yield { iteration, solution: nothing };
    }
  }
  const equilibria = pairs.map(([i, j]) => equilibriumOf(first[i], second[j], a, b));
  const components = connected(pairs);
  const subsets = components.flatMap((component) => bicliques(pairs, component));
  const isDegenerate = (list: readonly Vertex[], size: number) =>
    list.some(({ low, high }) => popcount(low) + popcount(high) > size);
  const checked = equilibria.map(({ strategies }) =>
    nashSolution(
      game,
      strategies.map((strategy) => strategy.slice()),
    ),
  );
  const worst = checked.reduce((most, solution) => (solution.regret > most.regret ? solution : most), checked[0]);
  const solution: ExtremeEquilibriaSolution = {
    ...worst,
    equilibria,
    subsets,
    components,
    degenerate: isDegenerate(first, rows) || isDegenerate(second, cols),
  };
  return worst.regret <= EXACT
    ? converged(solution, `all ${equilibria.length} extreme equilibria were found`)
    : stalled(solution, 'after rounding to doubles, they are no longer equilibria');
}

/** Labels, one of the artificial facet included, fill two words. */
const MAX_LABELS = 61;

/** A vertex with its labels: choices that are not made, and the other player's best responses. */
interface Vertex {
  /** The coordinates, and last the best payoff against it: up to a common factor. */
  readonly ray: readonly bigint[];
  readonly low: number;
  readonly high: number;
}

function labelSet(from: number, to: number): { low: number; high: number } {
  let [low, high] = [0, 0];
  for (let label = from; label < to; label++) {
    if (label < 31) low |= 1 << label;
    else high |= 1 << (label - 31);
  }
  return { low, high };
}

function popcount(bits: number): number {
  let count = bits - ((bits >>> 1) & 0x55555555);
  count = (count & 0x33333333) + ((count >>> 2) & 0x33333333);
  return Math.imul((count + (count >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/**
 * The extreme rays of the cone {(x, t) : x >= 0, t >= 0, t >= facet'x}, except x = 0: inequalities are added one by one, and
 * new rays lie between neighbours on both sides. Undefined beyond `maxVertices`.
 */
function* vertices(
  facets: readonly (readonly bigint[])[],
  firstChoice: number,
  firstResponse: number,
  maxVertices: number,
): Generator<void, Vertex[] | undefined, void> {
  const size = facets[0].length;
  const own = labelSet(firstChoice, firstChoice + size);
  const cone = labelSet(MAX_LABELS, MAX_LABELS + 1); // t >= 0
  let rays: Vertex[] = Array.from({ length: size + 1 }, (_, k) => {
    const gone = k < size ? labelSet(firstChoice + k, firstChoice + k + 1) : cone;
    return {
      ray: Array.from({ length: size + 1 }, (_, c) => (c === k ? 1n : 0n)),
      low: (own.low | cone.low) & ~gone.low,
      high: (own.high | cone.high) & ~gone.high,
    };
  });
  let work = 0;
  for (const [f, facet] of facets.entries()) {
    const bit = labelSet(firstResponse + f, firstResponse + f + 1);
    const slack = rays.map(({ ray }) => facet.reduce((rest, entry, c) => rest - entry * ray[c], ray[size]));
    const next: Vertex[] = [];
    // Where every ray lies on as few facets as can be, rays with all but one in common are neighbors.
    const isSimple = rays.every(({ low, high }) => popcount(low) + popcount(high) === size);
    const [above, below]: [number[], number[]] = [[], []];
    for (const [k, ray] of rays.entries()) {
      if (slack[k] > 0n) above.push(k);
      if (slack[k] < 0n) below.push(k);
      else next.push(slack[k] === 0n ? { ...ray, low: ray.low | bit.low, high: ray.high | bit.high } : ray);
    }
    for (const p of above) {
      if (work > 2e6 || rays.length * below.length > 2e6) {
        work = 0;
        yield;
      }
      for (const q of below) {
        const low = rays[p].low & rays[q].low;
        const high = rays[p].high & rays[q].high;
        if (popcount(low) + popcount(high) < size - 1) continue;
        work += isSimple ? 1 : rays.length;
        if (work > 2e6) {
          work = 0;
          yield;
        }
        if (!isSimple && !areNeighbors(rays, p, q, low, high)) continue;
        next.push({ ray: between(rays[p].ray, slack[p], rays[q].ray, slack[q]), low: low | bit.low, high: high | bit.high });
      }
      if (next.length > maxVertices) return undefined;
    }
    rays = next;
    yield;
  }
  return rays.filter(({ ray }) => ray.some((entry, c) => c < size && entry !== 0n));
}

/** Two rays are neighbours exactly if no third one has all the facets that both have. */
function areNeighbors(rays: readonly Vertex[], p: number, q: number, low: number, high: number): boolean {
  for (let k = 0; k < rays.length; k++) {
    if (k !== p && k !== q && (rays[k].low & low) === low && (rays[k].high & high) === high) return false;
  }
  return true;
}

/** The positive combination of two rays whose slack is zero, without common factors. */
function between(above: readonly bigint[], up: bigint, below: readonly bigint[], down: bigint): bigint[] {
  const ray = above.map((entry, c) => entry * -down + below[c] * up);
  let common = 0n;
  for (const entry of ray) {
    if (common === 1n) break;
    if (entry !== 0n) common = gcd(common, entry);
  }
  return common > 1n ? ray.map((entry) => entry / common) : ray;
}

function equilibriumOf(
  v: Vertex,
  w: Vertex,
  a: ReturnType<typeof positiveIntegers>,
  b: ReturnType<typeof positiveIntegers>,
): ExtremeEquilibrium {
  const x = strategyOf(v);
  const y = strategyOf(w);
  // The last coordinate of the second player's vertex is the first one's payoff.
  const gets = ({ ray }: Vertex, { factor, shift }: ReturnType<typeof positiveIntegers>): Fraction => {
    const sum = ray.slice(0, -1).reduce((total, entry) => total + entry, 0n);
    return fraction(ray[ray.length - 1] - shift * sum, sum * factor);
  };
  const strategies: [Float64Array, Float64Array] = [Float64Array.from(x, toNumber), Float64Array.from(y, toNumber)];
  const payoffs: [Fraction, Fraction] = [gets(w, a), gets(v, b)];
  return {
    strategies,
    payoffs: Float64Array.from(payoffs, toNumber),
    exact: {
      strategies: [x.map(formatFraction), y.map(formatFraction)],
      payoffs: [formatFraction(payoffs[0]), formatFraction(payoffs[1])],
    },
  };
}

function strategyOf({ ray }: Vertex): Fraction[] {
  const weights = ray.slice(0, -1);
  const sum = weights.reduce((total, entry) => total + entry, 0n);
  return weights.map((entry) => fraction(entry, sum));
}

/** The connected components of pairs that share a member. */
function connected(pairs: readonly (readonly [number, number])[]): number[][] {
  const groupOf = pairs.map((_, k) => k);
  const find = (k: number): number => {
    let root = k;
    while (groupOf[root] !== root) root = groupOf[root];
    return root;
  };
  const seen = new Map<string, number>();
  for (const [k, [i, j]] of pairs.entries()) {
    for (const key of [`x${i}`, `y${j}`]) {
      const other = seen.get(key);
      if (other === undefined) seen.set(key, k);
      else groupOf[find(k)] = find(other);
    }
  }
  const groups = new Map<number, number[]>();
  for (const k of pairs.keys()) groups.set(find(k), [...(groups.get(find(k)) ?? []), k]);
  return [...groups.values()];
}

/** The maximal products within a component: every intersection of neighbourhoods, with all that are joined to the whole of it. */
function bicliques(pairs: readonly (readonly [number, number])[], component: readonly number[]): NashSubset[] {
  const neighbors = new Map<number, Set<number>>();
  for (const k of component) {
    const [i, j] = pairs[k];
    neighbors.set(i, (neighbors.get(i) ?? new Set()).add(j));
  }
  const closed = new Map<string, Set<number>>();
  for (const set of neighbors.values()) {
    const found = [set, ...[...closed.values()].map((other) => new Set([...set].filter((j) => other.has(j))))];
    for (const candidate of found) {
      if (candidate.size > 0) closed.set([...candidate].sort((p, q) => p - q).join(), candidate);
    }
  }
  return [...closed.values()].map((side) => {
    const joined = new Set([...neighbors.keys()].filter((i) => [...side].every((j) => neighbors.get(i)?.has(j))));
    return { equilibria: component.filter((k) => joined.has(pairs[k][0]) && side.has(pairs[k][1])) };
  });
}

export const extremeEquilibriaSolver = /* @__PURE__ */ defineSolver({
  id: 'games/vertex-enumeration',
  title: 'All extreme equilibria',
  summary: 'Exact enumeration of the vertices of both best-response polytopes: every equilibrium, degenerate games included.',
  problem: normalForm,
  role: 'baseline',
  paper: { title: 'Enumeration of Nash equilibria for two-player games', year: 2010 },
  cost: 'O(v^3) \\text{ for } v \\text{ vertices}',
  options: extremeEquilibriaOptions,
  variant: 'nash',
  declines: ({ actions }) =>
    actions.length !== 2
      ? 'it is for two players'
      : actions[0] + actions[1] > 24
        ? 'its polytopes have too many vertices'
        : undefined,
  steps: (instance, options) => extremeEquilibriaSteps(instance, options),
});
