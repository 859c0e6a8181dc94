// The optimal hat strategies of finite stacks, proved by branch and bound.
//
// Levine's hat problem: arXiv 2508.01737 (2025).
import type { LimitOptions, OptionSpecs, OptionsOf, Outcome, Steps } from '@infimum/core';
import { converged, defineSolver, fault, Random, resolveOptions, runWith } from '@infimum/core';
import { bestResponseHats, popcount, weightsOf } from './evaluate-hats.ts';
import type { HatGame, HatIterate, HatSolution } from './hats-problem.ts';
import { checkHatGame, hatValue, levineHats } from './hats-problem.ts';
import { hatsPaper } from './search-hats.ts';

const exactHatsOptions = {
  nodesPerIteration: {
    type: 'integer',
    min: 1,
    max: 1_000_000,
    default: 2000,
    description: 'Nodes between checks of the limits',
  },
} as const satisfies OptionSpecs;

/** Options of `exactHats`. */
export type ExactHatsOptions = OptionsOf<typeof exactHatsOptions> & LimitOptions<HatIterate>;

/**
 * The optimal strategies for finite stacks, by depth-first search over the first player's guesses, stacks with more black hats
 * first: the value of a node is at most sum_a w(a) max_j (wins of hat j so far, plus all it can still win), and the second player's
 * best response closes a branch. The depth grows, and with it `upperBound` falls. Seconds up to four hats; for five it ends at a limit.
 *
 * `converged` when the whole tree was searched or bounded: the value is the optimum.
 *
 * @param game - `height`, `p`; `blocks` must be false
 * @throws {InvalidInputError} naming the field at fault
 *
 * @example
 * ```ts
 * import { exactHats } from '@infimum/games';
 *
 * const { status, value } = exactHats({ height: 3, p: 0.5, blocks: false });
 * console.log(status, value * 64); // converged 22
 * ```
 */
export function exactHats(game: HatGame, options: ExactHatsOptions = {}): Outcome<HatSolution, HatIterate> {
  return runWith(exactHatsOptions, options, exactHatsSteps(game, options));
}

/** The steps of `exactHats`. */
export function* exactHatsSteps(game: HatGame, options: ExactHatsOptions = {}): Steps<HatSolution, HatIterate> {
  const { nodesPerIteration } = resolveOptions(exactHatsOptions, options);
  checkHatGame(game);
  if (game.blocks) throw fault('infinite stacks have no finite tree', 'blocks', 'unsupported');
  const { height, p } = game;
  const stacks = 1 << height;
  const weights = weightsOf(height, p);
  const order = Array.from({ length: stacks }, (_, b) => b).sort((a, b) => popcount(b) - popcount(a));
  // open[d][j]: weight of stacks from the d-th on whose hat j is black.
  const open = order.map((_, d) =>
    Float64Array.from({ length: height }, (_, j) =>
      order.slice(d).reduce((sum, b) => sum + ((b >> j) & 1 ? weights[b] : 0), 0),
    ),
  );
  const f = new Uint8Array(stacks);
  // won[d][a][j]: weight of decided b that a wins with hat j.
  const won = Array.from({ length: stacks + 1 }, () => new Float64Array(stacks * height));
  let best: { f: Uint8Array; g: Uint8Array; value: number } = { f: f.slice(), g: bestResponseHats(f, game).response, value: 0 };
  best.value = hatValue(game, best.f, best.g);
  // Alternating responses from many starts give a good value for pruning.
  const random = new Random(0);
  for (let start = 0; start < 100; start++) {
    let tried: Uint8Array = start === 0 ? f.slice() : Uint8Array.from(f, () => random.integer(height));
    for (let round = 0; round < 20; round++) {
      const { response: g } = bestResponseHats(tried, game);
      const value = hatValue(game, tried, g);
      if (value > best.value) best = { f: tried, g, value };
      tried = bestResponseHats(g, game).response;
    }
  }
  const boundAt = (depth: number): number => {
    const values = won[depth];
    let sum = 0;
    for (let a = 0; a < stacks; a++) {
      let most = 0;
      for (let j = 0; j < height; j++) {
        const reach = values[a * height + j] + (depth < stacks ? open[depth][j] : 0);
        if (reach > most) most = reach;
      }
      sum += weights[a] * most;
    }
    return sum;
  };
  let bound = Math.min(p, boundAt(0));
  const solution = (): HatSolution => ({ f: best.f.slice(), g: best.g.slice(), value: best.value, upperBound: bound });
  let iteration = 0;
  yield { iteration, value: best.value, solution };
  // choice[d]: the next guess to try for the d-th stack. The first stack is all black: every guess is the same.
  const choice = new Int32Array(stacks);
  // The tree is searched to growing depths, finally in full; the bounds of its open nodes bound the optimum.
  let [limit, depth, most] = [1, 0, 0];
  for (let nodes = 1; ; nodes++) {
    if (nodes % nodesPerIteration === 0) {
      iteration++;
      yield { iteration, value: best.value, solution };
    }
    if (depth < 0) {
      bound = Math.min(bound, Math.max(best.value, most));
      if (limit === stacks || most <= best.value * (1 + 1e-13)) break;
      limit = limit < (3 * stacks) / 8 ? limit + 1 : stacks;
      [depth, most] = [0, 0];
    }
    // The last stack is all white and wins with no guess; one guess is enough there, and for the first one.
    const guesses = depth === 0 || depth === stacks - 1 ? 1 : height;
    if (choice[depth] >= guesses) {
      choice[depth] = 0;
      depth--;
      if (depth >= 0) choice[depth]++;
      continue;
    }
    const b = order[depth];
    f[b] = choice[depth];
    const [before, after] = [won[depth], won[depth + 1]];
    after.set(before);
    for (let a = 0; a < stacks; a++) {
      if (!((a >> f[b]) & 1)) continue;
      for (let j = 0; j < height; j++) if ((b >> j) & 1) after[a * height + j] += weights[b];
    }
    if (depth + 1 === stacks) {
      const { response } = bestResponseHats(f, game);
      const value = hatValue(game, f, response);
      if (value > best.value) best = { f: f.slice(), g: response, value };
      choice[depth]++;
      continue;
    }
    const reach = boundAt(depth + 1);
    if (reach > best.value * (1 + 1e-13) && depth + 1 < limit) {
      depth++;
      choice[depth] = 0;
      continue;
    }
    most = Math.max(most, reach);
    choice[depth]++;
  }
  bound = best.value;
  return converged(solution(), 'every other strategy is bounded by this one');
}

export const exactHatsSolver = /* @__PURE__ */ defineSolver({
  id: 'games/hats-branch-and-bound',
  title: 'Optimal hat strategies',
  summary: 'Branch and bound over one player’s guesses: the optimum of finite stacks, proved, up to four hats.',
  problem: levineHats,
  role: 'paper',
  paper: hatsPaper,
  cost: 'O(h 2^h) \\text{ per node}',
  options: exactHatsOptions,
  declines: ({ blocks }) => (blocks ? 'infinite stacks have no finite tree' : undefined),
  steps: (instance, options) => exactHatsSteps(instance, options),
});
