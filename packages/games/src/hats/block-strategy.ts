// Strategies for infinite stacks of hats that read one block after the other, with exact values.
//
// Levine's hat problem: arXiv 2508.01737 (2025). A player who sees a block of the pass set goes on to the next block; otherwise it names a
// hat of its own block.
import type { OptionSpecs, OptionsOf } from '@infimum/core';
import {
  checkInteger,
  checkList,
  checkNumber,
  checkObject,
  checkText,
  describeValue,
  fault,
  Random,
  resolveOptions,
} from '@infimum/core';
import type { Fraction } from '@infimum/rigor';
import { fraction } from '@infimum/rigor';
import { checkTable, weightsOf } from './evaluate-hats.ts';

/** A strategy for two players and stacks without end. */
export interface BlockStrategy {
  /** Hats per block. */
  readonly height: number;
  /** The first player's guesses, by the other's block. */
  readonly f: Uint8Array;
  /** The second player's guesses. */
  readonly g: Uint8Array;
  /** Blocks on which a player goes on; all white and all black by default. */
  readonly pass: readonly number[];
  /** Pairs of blocks, both not to be passed, that win at once. */
  readonly c: number;
  /** The probability to win for p = 1/2, exactly. */
  readonly value: Fraction;
}

const blockOptions = {
  height: { type: 'integer', min: 1, max: 16, required: true, description: 'Hats per block' },
  pass: { type: 'value', check: checkPass, description: 'Skipped blocks; by default those of one color' },
} as const satisfies OptionSpecs;

/** Options of `blockStrategy`. */
export type BlockStrategyOptions = OptionsOf<typeof blockOptions>;

function checkPass(value: unknown, argument: string): asserts value is readonly number[] {
  checkList(value, argument);
}

/**
 * A block strategy and its exact value V = (c + (m_A + m_B) / 2) / (4^h - |P|²) for p = 1/2: c pairs win at once, in m_A and m_B
 * pairs one player passes, and both pass in |P|² of them.
 *
 * @param f - 2^height guesses; those for blocks of the pass set are not used
 * @param g - the other player's
 * @throws {InvalidInputError} naming the argument at fault
 *
 * @example
 * ```ts
 * import { blockStrategy } from '@infimum/games/hats';
 *
 * const f = Uint8Array.of(0, 0, 1, 1, 2, 0, 2, 0);
 * const g = Uint8Array.of(0, 0, 1, 0, 2, 2, 1, 0);
 * const { c, value } = blockStrategy(f, g, { height: 3 });
 * console.log(c, `${value.num}/${value.den}`); // 15 7/20
 * ```
 */
export function blockStrategy(f: Uint8Array, g: Uint8Array, options: BlockStrategyOptions): BlockStrategy {
  const { height, pass } = resolveOptions(blockOptions, options);
  const blocks = 1 << height;
  checkTable(f, 'f', blocks, height);
  checkTable(g, 'g', blocks, height);
  const set = pass ?? [0, blocks - 1];
  set.forEach((block, index) => {
    checkInteger(block, `pass[${index}]`, { min: 0, max: blocks - 1 });
  });
  const { c, mixed } = passCounts(f, g, passFlags(set, blocks));
  const passed = BigInt(new Set(set).size);
  // Twice everything, so that halves are whole.
  const value = fraction(2n * BigInt(c) + BigInt(mixed), 2n * (4n ** BigInt(height) - passed * passed));
  return { height, f, g, pass: set, c, value };
}

/** Checks the fields of a strategy that the functions below use. */
function checkStrategy(strategy: unknown): asserts strategy is BlockStrategy {
  checkObject(strategy, 'strategy');
  const { height, f, g, pass } = strategy as BlockStrategy;
  checkInteger(height, 'strategy.height', { min: 1, max: 16 });
  checkTable(f, 'strategy.f', 1 << height, height);
  checkTable(g, 'strategy.g', 1 << height, height);
  checkList(pass, 'strategy.pass');
  for (let k = 0; k < pass.length; k++) {
    checkInteger(pass[k], `strategy.pass[${k}]`, { min: 0, max: (1 << height) - 1 });
  }
}

function checkWhole(value: unknown, argument: string): asserts value is bigint {
  if (typeof value === 'bigint') return;
  throw fault(`expected a whole number of type bigint, got ${describeValue(value)}`, argument, 'type');
}

/** A byte for each block: whether it is passed. */
function passFlags(pass: readonly number[], blocks: number): Uint8Array {
  const flags = new Uint8Array(blocks);
  for (const block of pass) flags[block] = 1;
  return flags;
}

/** c, and m_A + m_B. */
function passCounts(f: Uint8Array, g: Uint8Array, isPass: Uint8Array): { c: number; mixed: number } {
  let [c, mixed] = [0, 0];
  for (let b = 0; b < f.length; b++) {
    for (let a = 0; a < f.length; a++) {
      const first = (a >> f[b]) & 1;
      const second = (b >> g[a]) & 1;
      if (isPass[a] && isPass[b]) continue;
      if (isPass[a]) mixed += first;
      else if (isPass[b]) mixed += second;
      else c += first & second;
    }
  }
  return { c, mixed };
}

/**
 * The value of a block strategy for black hats of probability p: V = (c + p (m_A + m_B)) / (1 - pi²), pi the weight of the pass
 * set.
 *
 * @throws {InvalidInputError} for p outside (0, 1)
 */
export function blockValue(strategy: BlockStrategy, p: number): number {
  checkStrategy(strategy);
  checkNumber(p, 'p', { above: 0, below: 1 });
  const { height, f, g, pass } = strategy;
  const weights = weightsOf(height, p);
  const isPass = passFlags(pass, f.length);
  let [c, mixed, passed] = [0, 0, 0];
  for (let b = 0; b < f.length; b++) {
    if (isPass[b]) passed += weights[b];
    for (let a = 0; a < f.length; a++) {
      const weight = weights[a] * weights[b];
      if (isPass[a] && isPass[b]) continue;
      if (isPass[a]) mixed += weight * ((a >> f[b]) & 1);
      else if (isPass[b]) mixed += weight * ((b >> g[a]) & 1);
      else c += weight * ((a >> f[b]) & (b >> g[a]) & 1);
    }
  }
  return (c + p * mixed) / (1 - passed * passed);
}

/**
 * The lower bound that a block strategy guarantees on stacks of finite height, p = 1/2: V_{h + r} >= (c + (m_A + m_B) / 2 + |P|² V_r) /
 * 4^h, from 1/4 for the last hats.
 *
 * @param blocks - blocks before the rest
 * @param rest - hats of the rest, at least one; a known value of theirs, 1/4 by default
 * @returns the height and the exact lower bound
 */
export function truncateBlocks(
  strategy: BlockStrategy,
  blocks: number,
  rest: { readonly height: number; readonly value: Fraction } = { height: 1, value: { num: 1n, den: 4n } },
): { readonly height: number; readonly value: Fraction } {
  checkStrategy(strategy);
  checkObject(rest, 'rest');
  checkObject(rest.value, 'rest.value');
  for (const part of ['num', 'den'] as const) checkWhole(rest.value[part], `rest.value.${part}`);
  if (rest.value.den <= 0n) throw fault('must be above 0', 'rest.value.den', 'out-of-range');
  checkInteger(blocks, 'blocks', { min: 0, max: 1000 });
  checkInteger(rest.height, 'rest.height', { min: 1 });
  const { height, f, g, pass } = strategy;
  const { c, mixed } = passCounts(f, g, passFlags(pass, f.length));
  const passed = BigInt(new Set(pass).size) ** 2n;
  let value = rest.value;
  for (let block = 0; block < blocks; block++) {
    const num = (2n * BigInt(c) + BigInt(mixed)) * value.den + 2n * passed * value.num;
    value = fraction(num, 2n * 4n ** BigInt(height) * value.den);
  }
  return { height: rest.height + blocks * height, value };
}

const simulateOptions = {
  runs: { type: 'integer', min: 1, max: 1e9, required: true, description: 'Games' },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of the hats' },
  p: { type: 'number', above: 0, below: 1, default: 0.5, description: 'Probability of a black hat' },
} as const satisfies OptionSpecs;

/** Options of `simulateHats`. */
export type SimulateHatsOptions = OptionsOf<typeof simulateOptions>;

/**
 * Plays a block strategy with stacks that are drawn only as far as they are read.
 *
 * @returns the share of wins and its standard error
 * @throws {InvalidInputError} naming the option at fault
 */
export function simulateHats(
  strategy: BlockStrategy,
  options: SimulateHatsOptions,
): { readonly value: number; readonly standardError: number } {
  checkStrategy(strategy);
  const { height, f, g, pass } = strategy;
  const { runs, seed, p } = resolveOptions(simulateOptions, options);
  const random = new Random(seed);
  const isPass = passFlags(pass, f.length);
  if (isPass.every((flag) => flag === 1)) throw fault('skips every block: the players never guess', 'pass', 'out-of-range');
  const weights = weightsOf(height, p);
  if (!(weights.reduce((sum, weight, block) => sum + (isPass[block] ? 0 : weight), 0) > 1e-6)) {
    throw fault('almost all blocks are skipped: games would not end', 'p', 'out-of-range');
  }
  const draw = (): number => {
    let block = 0;
    for (let j = 0; j < height; j++) if (random.uniform() < p) block |= 1 << j;
    return block;
  };
  let wins = 0;
  for (let trial = 0; trial < runs; trial++) {
    let [first, second] = [-1, -1]; // whether the guesses were black, once they are made
    while (first < 0 || second < 0) {
      const [a, b] = [draw(), draw()];
      if (first < 0 && !isPass[b]) first = (a >> f[b]) & 1;
      if (second < 0 && !isPass[a]) second = (b >> g[a]) & 1;
    }
    wins += first & second;
  }
  const value = wins / runs;
  return { value, standardError: Math.sqrt((value * (1 - value)) / runs) };
}

/** Tables of blocks whose values are known. */
const TABLES: Readonly<Record<string, readonly [string, string]>> = {
  K3: ['00112020', '00102210'],
  K4: ['0212333300120010', '0313001322220010'],
  K5: ['00301111404042430040111140404240', '00202020102020203324332433213320'],
  'K5-low': ['00331013203310134033101420331010', '00223022101110134022402210121010'],
};

/**
 * Block strategies from the literature: K3 and K5 win 7/20 of all games, K4 22/63, K5-low is better for black hats that are
 * rarer than half.
 */
export function knownBlocks(name: 'K3' | 'K4' | 'K5' | 'K5-low'): BlockStrategy {
  checkText(name, 'name');

  const tables = TABLES[name];
  if (!Object.hasOwn(TABLES, name)) throw fault(`expected one of ${Object.keys(TABLES).join(', ')}`, 'name', 'unknown');
  const [f, g] = tables.map((digits) => Uint8Array.from(digits, Number));
  return blockStrategy(f, g, { height: Math.log2(f.length) });
}

/**
 * The modular sum for n players and blocks of k hats, k prime: a rotation-equivariant map phi chooses a black position of every
 * block that is not constant, and player i names -(sum of the others' positions) mod k. The probability that all win, best over
 * phi: of order 1 / log n for k near log2 n.
 *
 * @throws {InvalidInputError} for k that is no prime up to 11, or n below 2
 *
 * @example
 * ```ts
 * import { modularSum } from '@infimum/games/hats';
 *
 * console.log(modularSum(2, 3) * 32, modularSum(3, 3) * 64); // 11 17
 * ```
 */
export function modularSum(players: number, k: number): number {
  checkInteger(players, 'players', { min: 2, max: 100_000 });
  if (![2, 3, 5, 7, 11].includes(k)) throw fault('must be a prime up to 11', 'k', 'out-of-range');
  // q(d): share of blocks whose position phi - d is black. Each necklace chooses the black hat that its rotations name.
  const blocks = 1 << k;
  const seen = new Uint8Array(blocks);
  const choices: Float64Array[][] = [];
  for (let block = 1; block < blocks - 1; block++) {
    if (seen[block]) continue;
    let turned = block;
    for (let turn = 0; turn < k; turn++) {
      seen[turned] = 1;
      turned = ((turned << 1) | (turned >> (k - 1))) & (blocks - 1);
    }
    const options: Float64Array[] = [];
    for (let position = 0; position < k; position++) {
      if (!((block >> position) & 1)) continue;
      options.push(Float64Array.from({ length: k }, (_, d) => (block >> ((position - d + k) % k)) & 1));
    }
    choices.push(options);
  }
  const share = (k: number, sums: Float64Array) => sums.map((value) => (value * k) / (blocks - 2));
  const probability = (sums: Float64Array): number => {
    const q = share(k, sums);
    const z = 1 / blocks;
    let [value, weight] = [0, (1 - 2 * z) ** players];
    for (let m = 0; m <= players; m++) {
      const inner = m < players ? q.reduce((sum, part) => sum + part ** (players - m), 0) / k : 1;
      value += weight * inner;
      weight *= ((players - m) / (m + 1)) * (z / (1 - 2 * z));
    }
    return value;
  };
  // One choice a necklace; coordinate ascent from each uniform choice. Rotations by which all agree change nothing.
  const sumOf = (picks: readonly number[]) => {
    const sums = new Float64Array(k);
    choices.forEach((options, i) => {
      for (let d = 0; d < k; d++) sums[d] += options[picks[i]][d];
    });
    return sums;
  };
  let best = 0;
  for (let start = 0; start < 8; start++) {
    const random = new Random(start);
    const picks = choices.map((options) => (start === 0 ? 0 : random.integer(options.length)));
    let value = probability(sumOf(picks));
    for (let improved = true; improved; ) {
      improved = false;
      choices.forEach((options, i) => {
        for (let pick = 0; pick < options.length; pick++) {
          const before = picks[i];
          picks[i] = pick;
          const next = probability(sumOf(picks));
          if (next > value + 1e-15) {
            value = next;
            improved = true;
          } else picks[i] = before;
        }
      });
    }
    best = Math.max(best, value);
  }
  return best;
}
