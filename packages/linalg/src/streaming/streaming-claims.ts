// The claims of the two papers on streams of rows, and the experiments that check them.
import type { Claim, ClaimContext, ClaimResult, Paper } from '@infimum/core';
import { defineClaim, Random } from '@infimum/core';
import type { Trial } from '@infimum/core/claim';
import { powerExponent } from '@infimum/core/claim';
import { portableLog } from '@infimum/core/portable-math';
import type { DenseMatrix } from '../matrices.ts';
import { lightStream, lowerBoundStream, mixedStream, sortedStream } from './streaming-instances.ts';
import type { StreamingTopEigenvectorOptions } from './streaming-options.ts';
import { streamingTopEigenvector } from './streaming-top-eigenvector.ts';

/** The paper of the block power method. */
export const randomOrderPaper: Paper = {
  title: 'On approximating the top eigenvector in random order streams',
  arxiv: '2412.11963',
  year: 2024,
};

/** The paper of the ladder. */
export const arbitraryOrderPaper: Paper = {
  title: 'Spectral guarantees for adversarial streaming PCA',
  arxiv: '2408.10332',
  year: 2024,
};

const published = 'none published: the paper proves and has no experiments';

/** The claims on streams of rows. */
export const streamingClaims: readonly Claim[] = [
  defineClaim({
    id: 'linalg/streaming-random-order',
    paper: randomOrderPaper,
    statement:
      'In random order the squared correlation is 1 - O(1/sqrt(R)) in (h + O(1)) d numbers, h being the number of heavy rows.',
    published,
    budget: 60,
    run: async (context) => randomOrder(context),
  }),
  defineClaim({
    id: 'linalg/streaming-lower-bound',
    paper: randomOrderPaper,
    statement: 'With O(h d / R) bits no algorithm gets beyond 1 - Ω(1/R²).',
    published,
    budget: 20,
    run: async (context) => lowerBound(context),
  }),
  defineClaim({
    id: 'linalg/streaming-arbitrary-order',
    paper: randomOrderPaper,
    statement: 'The algorithm for arbitrary order needs only R = Ω(log² d) in arbitrary order and Ω(log d) in random order.',
    published,
    budget: 30,
    run: async (context) => gapOfTheLadder(context),
  }),
  defineClaim({
    id: 'linalg/streaming-any-order',
    paper: arbitraryOrderPaper,
    statement:
      'In any order, one pass of Oja’s rule at all rates of a ladder finds the top eigenvector in about d log n numbers when R is at least of the order of log n log d; nobody has to know the rate.',
    published,
    budget: 30,
    run: async (context) => anyOrder(context),
  }),
  defineClaim({
    id: 'linalg/streaming-fixed-rate',
    paper: randomOrderPaper,
    statement: 'Oja’s rule with one fixed rate fails when R is of the order of log d / log log d, whatever the rate.',
    published,
    budget: 60,
    null: 'a gap of 1.5 ln d, at which some rate succeeds',
    bars: [
      {
        figure: 'squared correlation of the best rate, d = 400',
        atMost: 0.5,
        source: 'the statement: it fails, nearer to 0 than to 1',
      },
      { figure: 'exponent in d of it', atMost: 0, source: 'the statement: it does not get better as d grows' },
    ],
    measure: fixedRate,
  }),
];

const SEEDS = [1, 2, 3, 4, 5];

/** Mixed streams: the paper's finish at gaps from 12 to 203, and the memory it took. */
function randomOrder(context: ClaimContext): ClaimResult {
  const gaps = [12, 50, 203];
  const figures: Record<string, number> = {};
  let mostExcess = 0;
  for (const R of gaps) {
    const make = (seed: number) => mixedStream({ n: 40_000, d: 100, R, h: 3 }, seed);
    for (const finish of ['max', 'combine'] as const) {
      context.onProgress?.(`R = ${R}, ${finish}`);
      figures[`${finish} R=${R}`] = 1 - medianCorrelation(make, { finish, blocks: 8 }, SEEDS.slice(0, 3), context);
    }
    const { floatsStored, heavyRows } = streamingTopEigenvector(make(1));
    mostExcess = Math.max(mostExcess, floatsStored / 100 - heavyRows);
  }
  const slope = (finish: string) => portableLog(figures[`${finish} R=203`] / figures[`${finish} R=12`]) / portableLog(203 / 12);
  figures['slope max'] = slope('max');
  figures['slope combine'] = slope('combine');
  figures['vectors beside the heavy rows'] = mostExcess;
  return {
    measured:
      `1 - corr² falls like R^${slope('max').toFixed(2)} with the paper's finish and R^${slope('combine').toFixed(2)} ` +
      `with ours, from R = 12 to 203; heavy rows and at most ${mostExcess.toFixed(0)} further vectors were stored`,
    verdict: slope('max') <= -0.5 && mostExcess <= 8 ? 'reproduced' : 'not reproduced',
    figures,
  };
}

/** R² (1 - corr²) with all heavy rows stored, and with h / R of them. */
function lowerBound(context: ClaimContext): ClaimResult {
  const figures: Record<string, number> = {};
  const seeds = Array.from({ length: 15 }, (_, seed) => seed);
  for (const R of [8, 16, 32]) {
    context.onProgress?.(`R = ${R}`);
    const make = (seed: number) => lowerBoundStream({ d: 400, h: 64, R }, seed);
    const loss = (options: StreamingTopEigenvectorOptions) => R * R * (1 - medianCorrelation(make, options, seeds, context));
    figures[`all R=${R}`] = loss({});
    figures[`few R=${R}`] = loss({ maxHeavy: 64 / R });
  }
  const few = [8, 16, 32].map((R) => figures[`few R=${R}`]);
  const all = [8, 16, 32].map((R) => figures[`all R=${R}`]);
  const holds = few.every((loss) => loss >= 0.2 && loss <= 0.7) && all.every((loss) => loss < 0.01);
  return {
    measured:
      `R² (1 - corr²) is ${few.map((loss) => loss.toFixed(2)).join(', ')} with h / R stored rows, ` +
      `${all.map((loss) => loss.toFixed(2)).join(', ')} with all, for R = 8, 16, 32`,
    // One hard family cannot prove a bound for all algorithms; it shows that the form of the bound is met.
    verdict: holds ? 'partly reproduced' : 'not reproduced',
    figures,
  };
}

/** The ladder on rows that were sorted against it, and on rows in random order. */
function gapOfTheLadder(context: ClaimContext): ClaimResult {
  const stepSizes = Array.from({ length: 13 }, (_, k) => 2 ** (k - 6));
  const ladder = { method: 'oja-ladder', stepSizes } as const;
  const figures: Record<string, number> = {};
  const n = 4000;
  for (const d of [30, 100]) {
    const [wide, narrow] = [Math.ceil(portableLog(d) ** 2), Math.ceil(portableLog(d))];
    const sorted = (R: number, order: 'descending' | 'ascending') => (seed: number) => sortedStream({ n, d, R, order }, seed);
    const random = (seed: number): DenseMatrix => {
      const rows = lightStream({ n, d, R: narrow }, seed);
      return { ...rows, values: rows.values.map((value) => value / Math.sqrt(n)) };
    };
    context.onProgress?.(`d = ${d}`);
    figures[`descending d=${d}`] = medianCorrelation(sorted(wide, 'descending'), ladder, SEEDS, context);
    figures[`ascending d=${d}`] = medianCorrelation(sorted(wide, 'ascending'), ladder, SEEDS, context);
    figures[`random d=${d}`] = medianCorrelation(random, ladder, SEEDS, context);
    figures[`descending at ln d, d=${d}`] = medianCorrelation(sorted(narrow, 'descending'), ladder, SEEDS, context);
  }
  const enough = [30, 100].every(
    (d) =>
      figures[`descending d=${d}`] >= 0.95 &&
      figures[`ascending d=${d}`] >= 0.95 &&
      figures[`random d=${d}`] >= 0.9 &&
      figures[`descending at ln d, d=${d}`] < figures[`random d=${d}`],
  );
  const show = (name: string) => [30, 100].map((d) => figures[`${name}d=${d}`].toFixed(3)).join(' and ');
  return {
    measured:
      `corr² at d = 30 and 100: ${show('descending ')} and ${show('ascending ')} with R = ln² d in the two adversarial ` +
      `orders; with R = ln d ${show('random ')} in random order, ${show('descending at ln d, ')} in descending order`,
    verdict: enough ? 'reproduced' : 'not reproduced',
    figures,
  };
}

/** The ladder that follows the stream, on rows in three orders with R = ln n ln d. */
function anyOrder(context: ClaimContext): ClaimResult {
  const figures: Record<string, number> = {};
  const d = 50;
  let most = 0;
  for (const n of [1000, 4000, 16_000]) {
    const R = Math.ceil(portableLog(n) * portableLog(d));
    for (const order of ['descending', 'ascending', 'random'] as const) {
      context.onProgress?.(`n = ${n}, ${order} order`);
      const make = (seed: number): DenseMatrix =>
        order === 'random' ? lightStream({ n, d, R }, seed) : sortedStream({ n, d, R, order }, seed);
      figures[`${order} n=${n}`] = medianCorrelation(make, { method: 'oja-ladder' }, SEEDS, context);
      const { floatsStored } = streamingTopEigenvector(make(1), { method: 'oja-ladder' });
      most = Math.max(most, floatsStored / d / Math.log2(n));
    }
  }
  const least = Object.values(figures).reduce((smallest, value) => Math.min(smallest, value));
  figures['vectors over log2 n'] = most;
  return {
    measured:
      `with R = ln n ln d, d = 50 and n = 1000, 4000, 16 000 the median corr² is at least ${least.toFixed(3)} in random ` +
      `and both sorted orders; at most ${most.toFixed(1)} d log2 n numbers were held`,
    verdict: least >= 0.95 && most <= 2 ? 'reproduced' : 'not reproduced',
    figures,
  };
}

/** The best of 22 rates from 0.05 to 64 on the hard stream: R equal rows along one axis, and 40 small ones along every other. */
function bestFixedRate(d: number, R: number, seed: number): number {
  const [n, small] = [R + 40 * (d - 1), Math.sqrt(1 / 40)];
  const order = new Random(seed).permutation(n);
  const values = new Float64Array(n * d);
  for (let t = 0; t < n; t++) {
    const k = order[t];
    if (k < R) values[t * d] = 1;
    else values[t * d + 1 + ((k - R) % (d - 1))] = small;
  }
  let best = 0;
  for (let rate = 0.05; rate <= 64; rate *= 1.4) {
    const { vector } = streamingTopEigenvector({ rows: n, cols: d, values }, { method: 'oja-ladder', stepSizes: [rate], seed });
    best = Math.max(best, vector[0] ** 2);
  }
  return best;
}

function fixedRate(seed: number): Trial {
  const sizes = [50, 100, 200, 400];
  const figures = (gap: (d: number) => number) => {
    const found = sizes.map((d) => bestFixedRate(d, Math.ceil(gap(d)), seed));
    return {
      'squared correlation of the best rate, d = 400': found[3],
      'exponent in d of it': powerExponent(
        sizes,
        found.map((value) => Math.max(1e-9, value)),
      ),
      ...Object.fromEntries(sizes.map((d, k) => [`best rate@${d}`, found[k]])),
    };
  };
  return {
    ours: figures((d) => (0.7 * portableLog(d)) / portableLog(portableLog(d))),
    null: figures((d) => 1.5 * portableLog(d)),
  };
}

function medianCorrelation(
  make: (seed: number) => DenseMatrix,
  options: StreamingTopEigenvectorOptions,
  seeds: readonly number[],
  { signal }: ClaimContext,
): number {
  return median(
    seeds.map((seed) => {
      signal?.throwIfAborted();
      const rows = make(seed);
      const truth = streamingTopEigenvector(rows, { method: 'covariance' }).vector;
      const { vector } = streamingTopEigenvector(rows, { ...options, seed });
      return truth.reduce((sum, value, j) => sum + value * vector[j], 0) ** 2;
    }),
  );
}

function median(values: readonly number[]): number {
  return values.toSorted((x, y) => x - y)[values.length >> 1];
}
