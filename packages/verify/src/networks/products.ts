// Products of branches, and operations built from them, as chains: x y = ((x + y)² - (x - y)²) / 4, softmax by exponentials of
// differences, and normalization by the root of a mean of squares. All are exact; to first order so are their bounds.
import type { Chain } from './chains.ts';
import { activated, mapped, product, sideBySide } from './chains.ts';
import type { SparseRow } from './layer-rows.ts';

/** For every entry of a result the pairs of entries, one of each branch, whose products it is the sum of. */
export function productsOf(
  a: Chain,
  b: Chain,
  pairs: readonly (readonly (readonly [number, number])[])[],
  to: readonly number[],
): Chain {
  const both = sideBySide(a, b);
  const offset = product(a.shape);
  const places = new Map<string, number>();
  const squares: SparseRow[] = [];
  const rows = pairs.map((list): SparseRow => {
    const entries = list.flatMap(([i, j]) => {
      const key = `${i},${j}`;
      const at = places.get(key) ?? squares.length;
      if (at === squares.length) {
        places.set(key, at);
        for (const sign of [1, -1])
          squares.push({
            entries: [
              [i, 1],
              [offset + j, sign],
            ],
          });
      }
      return [
        [at, 0.25],
        [at + 1, -0.25],
      ] as const;
    });
    return { entries };
  });
  return mapped(activated(mapped(both, squares, [squares.length]), 'square'), rows, to);
}

/** The broadcast shape of two branches, and for each of its entries those of the branches. */
export function spreadTogether(
  a: readonly number[],
  b: readonly number[],
): { to: number[]; from: [number, number][] } | undefined {
  const axes = Math.max(a.length, b.length);
  const [first, second] = [a, b].map((shape) => [...new Array<number>(axes - shape.length).fill(1), ...shape]);
  if (first.some((size, axis) => size !== second[axis] && size !== 1 && second[axis] !== 1)) return undefined;
  const to = first.map((size, axis) => Math.max(size, second[axis]));
  const from = Array.from({ length: product(to) }, (_, at): [number, number] => {
    let [rest, i, j, stepA, stepB] = [at, 0, 0, 1, 1];
    for (let axis = axes - 1; axis >= 0; axis--) {
      const place = rest % to[axis];
      rest = Math.floor(rest / to[axis]);
      if (first[axis] > 1) i += place * stepA;
      if (second[axis] > 1) j += place * stepB;
      stepA *= first[axis];
      stepB *= second[axis];
    }
    return [i, j];
  });
  return { to, from };
}

/** A B for the last two axes, with as many matrices on both sides. */
export function matrixProduct(a: Chain, b: Chain): Chain | undefined {
  const [n, k] = a.shape.slice(-2);
  const [inner, m] = b.shape.slice(-2);
  const count = product(a.shape.slice(0, -2));
  if (a.shape.length < 2 || b.shape.length !== a.shape.length || inner !== k || count !== product(b.shape.slice(0, -2)))
    return undefined;
  const pairs = Array.from({ length: count * n * m }, (_, at) => {
    const [block, i, j] = [Math.floor(at / (n * m)), Math.floor(at / m) % n, at % m];
    return Array.from({ length: k }, (_, t): [number, number] => [(block * n + i) * k + t, (block * k + t) * m + j]);
  });
  return productsOf(a, b, pairs, [...a.shape.slice(0, -1), m]);
}

/** 1 / Σ_j e^(x_j - x_i) over the last axis. */
export function softmaxOf(chain: Chain): Chain {
  const { shape } = chain;
  const m = shape[shape.length - 1];
  const others = (at: number) => Array.from({ length: m }, (_, j) => Math.floor(at / m) * m + j).filter((j) => j !== at);
  const entries = Array.from({ length: product(shape) }, (_, at) => at);
  const differences = entries.flatMap((at) =>
    others(at).map(
      (j): SparseRow => ({
        entries: [
          [j, 1],
          [at, -1],
        ],
      }),
    ),
  );
  const sums = entries.map((at): SparseRow => ({ entries: others(at).map((_, t) => [at * (m - 1) + t, 1] as const), bias: 1 }));
  const exponentials = activated(mapped(chain, differences, [differences.length]), 'exp');
  return activated(mapped(exponentials, sums, shape), 'reciprocal');
}

/** (x - mean) / √(mean of (x - mean)² + epsilon) over groups of so many entries that follow each other. */
export function standardized(chain: Chain, size: number, epsilon: number): Chain {
  const { shape } = chain;
  const n = product(shape);
  const group = (at: number) => Array.from({ length: size }, (_, j) => Math.floor(at / size) * size + j);
  const centered = mapped(
    chain,
    Array.from({ length: n }, (_, at) => ({ entries: group(at).map((j) => [j, (j === at ? 1 : 0) - 1 / size] as const) })),
    shape,
  );
  const means = Array.from(
    { length: n / size },
    (_, k): SparseRow => ({ entries: group(k * size).map((j) => [j, 1 / size] as const), bias: epsilon }),
  );
  const variance = mapped(activated(centered, 'square'), means, [n / size]);
  const inverse = activated(activated(variance, 'sqrt'), 'reciprocal');
  const pairs = Array.from({ length: n }, (_, at) => [[at, Math.floor(at / size)] as const]);
  return productsOf(centered, inverse, pairs, shape);
}
