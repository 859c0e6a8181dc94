// Searches for good hat strategies: ascent on mixed strategies, and local search on tables.
//
// Levine's hat problem: arXiv 2508.01737 (2025).
import type { LimitOptions, OptionSpecs, OptionsOf, Outcome, Paper, Steps } from '@infimum/core';
import { defineSolver, Random, resolveOptions, runWith, stalled } from '@infimum/core';
import { respond, responseCounts, weightsOf } from './evaluate-hats.ts';
import type { HatGame, HatIterate, HatSolution } from './hats-problem.ts';
import { checkHatGame, hatValue, levineHats } from './hats-problem.ts';

/** The paper on Levine's hats. */
export const hatsPaper: Paper = {
  title: 'Levine’s hat problem: new strategies, bounds and a geometric framework',
  arxiv: '2508.01737',
  year: 2025,
};

const searchHatsOptions = {
  starts: { type: 'integer', min: 1, max: 1_000_000, default: 60, description: 'Random starts' },
  rounds: { type: 'integer', min: 1, max: 100_000, default: 400, description: 'Ascent rounds from each start' },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of the starts' },
} as const satisfies OptionSpecs;

/** Options of `searchHats`. */
export type SearchHatsOptions = OptionsOf<typeof searchHatsOptions> & LimitOptions<HatIterate>;

/**
 * Searches hat strategies for two players by ascent on mixed strategies: guesses become probabilities, the value becomes
 * bilinear, and multiplicative weights climb it from random starts with steps that double every 50 rounds; the result is rounded and
 * improved by alternating best responses, which never lower the value. An iteration is a start.
 *
 * Optimality is not proved: the run ends `stalled` when all starts are over, and the upper bound is p.
 *
 * @throws {InvalidInputError} naming the field or option at fault
 *
 * Cost: O(h² 2^h) a round.
 *
 * @example
 * ```ts
 * import { searchHats } from '@infimum/games';
 *
 * // Endless stacks, blocks of three: 7/20.
 * const { value } = searchHats({ height: 3, p: 0.5, blocks: true });
 * console.log(value); // 0.35
 * ```
 */
export function searchHats(game: HatGame, options: SearchHatsOptions = {}): Outcome<HatSolution, HatIterate> {
  return runWith(searchHatsOptions, options, searchHatsSteps(game, options));
}

/** The steps of `searchHats`. */
export function* searchHatsSteps(game: HatGame, options: SearchHatsOptions = {}): Steps<HatSolution, HatIterate> {
  const { starts, rounds, seed } = resolveOptions(searchHatsOptions, options);
  checkHatGame(game);
  const random = new Random(seed);
  const tables = new Tables(game);
  const best = new Best(game);
  for (let start = 0; ; start++) {
    yield { iteration: start, value: best.value, solution: () => best.solution() };
    if (start >= starts) return stalled(best.solution(), `all ${starts} starts are done; a better strategy may exist`);
    const { f, g } = ascend(tables, rounds, random);
    alternate(tables, f, g, random, 20);
    best.offer(f, g);
  }
}

const searchHatsLocallyOptions = {
  starts: { type: 'integer', min: 1, max: 1_000_000, default: 10, description: 'Random starts' },
  perturbations: {
    type: 'integer',
    min: 0,
    max: 1_000_000,
    default: 400,
    description: 'Random changes of guesses tried from each start',
  },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of starts and changes' },
} as const satisfies OptionSpecs;

/** Options of `searchHatsLocally`. */
export type SearchHatsLocallyOptions = OptionsOf<typeof searchHatsLocallyOptions> & LimitOptions<HatIterate>;

/**
 * Searches hat strategies by iterated local search: alternating best responses from random tables, then changes of up to a
 * quarter of the guesses, which are kept when they are not worse. An iteration is twenty changes.
 *
 * @throws {InvalidInputError} naming the field or option at fault
 *
 * @example
 * ```ts
 * import { searchHatsLocally } from '@infimum/games';
 *
 * console.log(searchHatsLocally({ height: 3, p: 0.5, blocks: false }).value); // 0.34375
 * ```
 */
export function searchHatsLocally(game: HatGame, options: SearchHatsLocallyOptions = {}): Outcome<HatSolution, HatIterate> {
  return runWith(searchHatsLocallyOptions, options, searchHatsLocallySteps(game, options));
}

/** The steps of `searchHatsLocally`. */
export function* searchHatsLocallySteps(game: HatGame, options: SearchHatsLocallyOptions = {}): Steps<HatSolution, HatIterate> {
  const { starts, perturbations, seed } = resolveOptions(searchHatsLocallyOptions, options);
  checkHatGame(game);
  const random = new Random(seed);
  const tables = new Tables(game);
  const best = new Best(game);
  let iteration = 0;
  yield { iteration, value: best.value, solution: () => best.solution() };
  for (let start = 0; start < starts; start++) {
    const f = Uint8Array.from({ length: tables.stacks }, () => random.integer(game.height));
    const g = new Uint8Array(tables.stacks);
    let value = alternate(tables, f, g, random, 100);
    best.offer(f, g);
    for (let change = 1; change <= perturbations; change++) {
      const [nextF, nextG] = [f.slice(), g.slice()];
      const many = 1 + random.integer(Math.max(1, tables.stacks >> 2));
      for (let k = 0; k < many; k++) nextF[random.integer(tables.stacks)] = random.integer(game.height);
      const next = alternate(tables, nextF, nextG, random, 100);
      if (next >= value) {
        value = next;
        f.set(nextF);
        g.set(nextG);
        best.offer(f, g);
      }
      if (change % 20 === 0) {
        iteration++;
        yield { iteration, value: best.value, solution: () => best.solution() };
      }
    }
    iteration++;
    yield { iteration, value: best.value, solution: () => best.solution() };
  }
  return stalled(best.solution(), `all ${starts} starts are done; a better strategy may exist`);
}

/** The parts of a game that both searches need. */
class Tables {
  readonly height: number;
  readonly stacks: number;
  readonly weights: Float64Array;
  readonly isPass: Uint8Array;
  /** Score of hat k for a player whose partner passes: p sum over passed a with hat k black of w(a). */
  readonly linear: Float64Array;

  constructor({ height, p, blocks }: HatGame) {
    this.height = height;
    this.stacks = 1 << height;
    this.weights = weightsOf(height, p);
    this.isPass = new Uint8Array(this.stacks);
    this.linear = new Float64Array(height);
    if (!blocks) return;
    this.isPass[0] = 1;
    this.isPass[this.stacks - 1] = 1;
    this.linear.fill(p * this.weights[this.stacks - 1]);
  }

  /** The best response to a table, and the numerator of the pair's value without the table's own linear part. */
  respond(table: Uint8Array, response: Uint8Array, random: Random): number {
    const counts = responseCounts(table, this.weights, this.height, this.isPass);
    return respond(counts, this.weights, this.height, response, {
      isPass: this.isPass,
      linear: this.linear,
      random: () => random.uniform(),
    });
  }
}

/** Alternating best responses until four rounds bring no improvement; returns the last numerator. */
function alternate(tables: Tables, f: Uint8Array, g: Uint8Array, random: Random, most: number): number {
  let [value, idle] = [-1, 0];
  for (let round = 0; round < most && idle < 4; round++) {
    tables.respond(f, g, random);
    const next = tables.respond(g, f, random);
    if (next > value) [value, idle] = [next, 0];
    else idle++;
  }
  return value;
}

/** Multiplicative weights on mixed tables from a Dirichlet start, rounded at the end. */
function ascend(tables: Tables, rounds: number, random: Random): { f: Uint8Array; g: Uint8Array } {
  const { height, stacks, weights } = tables;
  const phi = dirichlet(stacks, height, random);
  const psi = dirichlet(stacks, height, random);
  const scale = stacks - (tables.isPass[0] === 1 ? 2 : 0) || 1;
  // Weights are brought to mean 1, with which the steps are known to work.
  const unit = weights.map((weight) => weight * stacks);
  let eta = 1;
  for (let round = 0; round < rounds; round++) {
    if (round > 0 && round % 50 === 0) eta *= 2;
    climb(tables, unit, psi, phi, eta / scale);
    climb(tables, unit, phi, psi, eta / scale);
  }
  return { f: rounded(phi, height), g: rounded(psi, height) };
}

/** own_b <- own_b exp(eta dW/d own_b), with M[j][k] = sum_a w(a) a_j other_a[k]: dW/d own_b[j] = w(b) sum_k M[j][k] b_k. */
function climb(tables: Tables, weights: Float64Array, other: Float64Array, own: Float64Array, eta: number): void {
  const { height, stacks, isPass, linear } = tables;
  const mixed = new Float64Array(height * height);
  for (let a = 0; a < stacks; a++) {
    if (isPass[a]) continue;
    for (let j = 0; j < height; j++) {
      if (!((a >> j) & 1)) continue;
      for (let k = 0; k < height; k++) mixed[j * height + k] += weights[a] * other[a * height + k];
    }
  }
  const slope = new Float64Array(height);
  for (let b = 0; b < stacks; b++) {
    if (isPass[b]) continue;
    let most = -Infinity;
    for (let j = 0; j < height; j++) {
      let sum = linear[j] * stacks;
      for (let k = 0; k < height; k++) if ((b >> k) & 1) sum += mixed[j * height + k];
      slope[j] = weights[b] * sum;
      most = Math.max(most, slope[j]);
    }
    let total = 0;
    for (let j = 0; j < height; j++) {
      own[b * height + j] *= Math.exp(eta * (slope[j] - most));
      total += own[b * height + j];
    }
    for (let j = 0; j < height; j++) own[b * height + j] /= total;
  }
}

function dirichlet(stacks: number, height: number, random: Random): Float64Array {
  const values = new Float64Array(stacks * height);
  for (let b = 0; b < stacks; b++) {
    let total = 0;
    for (let j = 0; j < height; j++) {
      values[b * height + j] = -Math.log(1 - random.uniform());
      total += values[b * height + j];
    }
    for (let j = 0; j < height; j++) values[b * height + j] /= total;
  }
  return values;
}

/** The most probable guess everywhere. */
function rounded(mixed: Float64Array, height: number): Uint8Array {
  return Uint8Array.from({ length: mixed.length / height }, (_, b) => {
    let best = 0;
    for (let j = 1; j < height; j++) if (mixed[b * height + j] > mixed[b * height + best]) best = j;
    return best;
  });
}

/** The best tables so far, and their value in the game itself. */
class Best {
  value: number;
  readonly #game: HatGame;
  #f: Uint8Array;
  #g: Uint8Array;

  constructor(game: HatGame) {
    this.#game = game;
    this.#f = new Uint8Array(1 << game.height);
    this.#g = new Uint8Array(1 << game.height);
    this.value = hatValue(game, this.#f, this.#g);
  }

  offer(f: Uint8Array, g: Uint8Array): void {
    const value = hatValue(this.#game, f, g);
    if (!(value > this.value)) return;
    this.value = value;
    this.#f = f.slice();
    this.#g = g.slice();
  }

  solution(): HatSolution {
    return { f: this.#f.slice(), g: this.#g.slice(), value: this.value, upperBound: this.#game.p };
  }
}

export const searchHatsSolver = /* @__PURE__ */ defineSolver({
  id: 'games/hats-ascent',
  title: 'Ascent on mixed hat strategies',
  summary: 'Multiplicative weights on guess probabilities, rounded and improved: by far the best search.',
  problem: levineHats,
  role: 'paper',
  paper: hatsPaper,
  cost: 'O(h^2 2^h) \\text{ per round}',
  options: searchHatsOptions,
  steps: (instance, options) => searchHatsSteps(instance, options),
});

export const searchHatsLocallySolver = /* @__PURE__ */ defineSolver({
  id: 'games/hats-local-search',
  title: 'Local search for hat strategies',
  summary: 'Alternating best responses and random changes of guesses.',
  problem: levineHats,
  role: 'baseline',
  paper: hatsPaper,
  cost: 'O(h^2 2^h) \\text{ per response}',
  options: searchHatsLocallyOptions,
  steps: (instance, options) => searchHatsLocallySteps(instance, options),
});
