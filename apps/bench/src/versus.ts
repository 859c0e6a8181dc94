// A race of two: two solvers, or two versions of the code, in blocks of random order, each in a process of its own.
import type { Registry } from '@infimum/core';
import { Random } from '@infimum/core';
import type { RunnerSettings } from './cell/launch.ts';
import { CellRunner } from './cell/launch.ts';
import type { Cell, CellResult } from './cell/messages.ts';
import { canonicalJson } from './json.ts';
import { describeInstance, timeTo } from './race.ts';
import type { Difference } from './statistics.ts';
import { adjusted, fisherExact, hierarchicalDifference, median, studentQuantile } from './statistics.ts';

/** One of the two. */
export interface Side {
  readonly name: string;
  /** The folder of the built programs, of another version of the code; ours if undefined. */
  readonly programs: string | undefined;
  readonly cells: readonly Cell[];
}

/** What both sides measured on an instance, a value a block. */
export interface Pair {
  readonly instance: string;
  /** What is timed: the tightest target that both reached in every block, or the whole run. */
  readonly goal: string;
  readonly seconds: readonly [readonly number[], readonly number[]];
  readonly processor: readonly [readonly number[], readonly number[]];
  /** Blocks in which it reached the target, of how many. */
  readonly reached: readonly [number, number];
  readonly blocks: number;
}

/** What the race says of an instance. */
export interface Outcome extends Pair {
  /** B / A of the wall clock; undefined where they were not both timed. */
  readonly wall: Difference | undefined;
  readonly cpu: Difference | undefined;
  /** The least of counts, wall clock and processor, adjusted for the number of comparisons. */
  readonly probability: number;
  readonly verdict: 'level' | `${'A' | 'B'} ${'is faster' | 'takes less processor time' | 'reaches the target more often'}`;
  /** The least ratio that would be seen in four races out of five. */
  readonly detectable: number | undefined;
}

/** Runs the blocks: in each of them both sides, in random order, meet all instances in a fresh process. */
export async function runBlocks(
  sides: readonly [Side, Side],
  {
    blocks,
    settings,
    seed,
    onBlock,
  }: { readonly blocks: number; readonly settings: RunnerSettings; readonly seed: number; onBlock(done: number): void },
): Promise<readonly [CellResult[][], CellResult[][]]> {
  const random = new Random(seed);
  const results: readonly [CellResult[][], CellResult[][]] = [[], []];
  for (let block = 0; block < blocks; block++) {
    const first = random.integer(2);
    for (const side of [first, 1 - first]) {
      const { cells, programs } = sides[side];
      const runner = new CellRunner({ ...settings, programs });
      const found: CellResult[] = [];
      try {
        for (const cell of cells) found.push(await runner.run(cell));
      } finally {
        await runner.close();
      }
      results[side].push(found);
    }
    onBlock(block + 1);
  }
  return results;
}

/** Puts the measurements of both sides beside each other, instance by instance. */
export function pairUp(
  sides: readonly [Side, Side],
  results: readonly [readonly (readonly CellResult[])[], readonly (readonly CellResult[])[]],
  registry: Pick<Registry, 'problem'>,
): Pair[] {
  return sides[0].cells.map((cell, index) => {
    const { primaryMetric: name, metrics } = registry.problem(cell.problem);
    const { direction, targets = [] } = metrics[name];
    const own = results.map((blocks) => blocks.map((block) => block[index]));
    const timesTo = (result: CellResult, target: number | undefined) =>
      target === undefined
        ? result.status === 'converged'
          ? result.seconds
          : null
        : timeTo({ samples: result.samples, budget: cell.budget }, { name, direction }, target);
    const counts = (target: number | undefined) =>
      own.map((all) => all.filter((result) => timesTo(result, target) !== null).length) as [number, number];
    // The tightest target that either side always reached; how often the other side reached it is compared, too.
    const target = targets.findLast((one) => counts(one).some((count) => count === own[0].length));
    const wall = own.map((all) => all.flatMap((result) => timesTo(result, target) ?? [])) as unknown as Pair['seconds'];
    const sign = direction === 'minimize' ? '≤' : '≥';
    return {
      instance: describeInstance(cell),
      goal: target === undefined ? 'whole run' : `${metrics[name].title.toLowerCase()} ${sign} ${target}`,
      seconds: wall,
      processor: own.map((all) =>
        all.flatMap(({ processorSeconds }) => processorSeconds ?? []),
      ) as unknown as Pair['processor'],
      reached: counts(target),
      blocks: own[0].length,
    };
  });
}

/**
 * Judges all instances together: by how often each reached the target, then by the wall clock (else the slow ones may be
 * missing on one side), and by the processor in all blocks.
 */
export function judgePairs(pairs: readonly Pair[]): Outcome[] {
  const compared = pairs.map((pair) => {
    const [a, b] = pair.reached;
    const [wall, cpu] = [differenceOf(pair.seconds), differenceOf(pair.processor)];
    const counts = fisherExact(a, pair.blocks, b, pair.blocks);
    return { pair, wall, cpu, raw: [counts, a === b ? (wall?.probability ?? 1) : 1, cpu?.probability ?? 1] };
  });
  const probabilities = adjusted(compared.flatMap(({ raw }) => raw));
  return compared.map(({ pair, wall, cpu }, index) => {
    const all = probabilities.slice(3 * index, 3 * index + 3);
    const [a, b] = pair.reached;
    const found = all.findIndex((probability) => probability <= FALSE_RATE);
    const signs = [a - b, wall?.center ?? 0, cpu?.center ?? 0];
    const verdict = found < 0 ? 'level' : (`${signs[found] > 0 ? 'A' : 'B'} ${WAYS[found]}` as const);
    return { ...pair, wall, cpu, probability: Math.min(...all), verdict, detectable: detectableOf(wall, cpu) };
  });
}

const WAYS = ['reaches the target more often', 'is faster', 'takes less processor time'] as const;
const FALSE_RATE = 0.05;

/** All instances as one, each as a stratum. */
export function overallOf(outcomes: readonly Pair[], of: 'seconds' | 'processor'): Difference | undefined {
  const sides = outcomes.map((pair) => sidesOf(pair[of])).filter((side) => side !== undefined);
  return sides.length > 0 ? hierarchicalDifference(sides) : undefined;
}

const sidesOf = ([before, after]: Pair['seconds']) => {
  const logs = (times: readonly number[]) => times.map((time) => [Math.log(Math.max(time, 1e-9))]);
  return before.length > 1 && after.length > 1 ? ([logs(before), logs(after)] as const) : undefined;
};

function differenceOf(times: Pair['seconds']): Difference | undefined {
  const side = sidesOf(times);
  return side && hierarchicalDifference([side]);
}

/** By the quieter clock, at a level of 5 % and a power of 80 %: 0.84 is the normal quantile of the latter. */
function detectableOf(...clocks: readonly (Difference | undefined)[]): number | undefined {
  const least = clocks.flatMap((one) => (one ? (studentQuantile(one.freedom) + 0.8416) * one.standardError : []));
  return least.length > 0 ? Math.exp(Math.min(...least)) : undefined;
}

/** Median seconds of both sides. */
export const mediansOf = ({ seconds }: Pair): readonly (number | null)[] =>
  seconds.map((times) => (times.length > 0 ? median(times) : null));

/** The same instances for two solvers. */
export function sameInstances(a: readonly Cell[], b: readonly Cell[]): boolean {
  const keys = (cells: readonly Cell[]) =>
    cells.map(({ family, params, seed }) => canonicalJson([family, params, seed])).join();
  return a.length > 0 && keys(a) === keys(b);
}
