// Rules with nodes of their own: Gauss-Legendre and Clenshaw-Curtis.
import { checkChoice, checkInteger, checkNumber, fault } from '@infimum/core';

/** Nodes and weights. */
export interface NodesAndWeights {
  /** Where to evaluate, rising. */
  readonly nodes: Float64Array;
  /** What the values weigh. */
  readonly weights: Float64Array;
}

/**
 * The rule of `count` nodes on [from, to] that is exact for polynomials: Gauss-Legendre up to degree 2 count - 1, Clenshaw-Curtis,
 * which uses the ends, up to degree count - 1. Time O(count²).
 *
 * @param rule - which
 * @param count - number of nodes, at least 1; 2 for Clenshaw-Curtis
 * @param from - lower end
 * @param to - upper end
 * @throws {InvalidInputError} for an unknown rule, too few nodes, or ends that do not rise
 *
 * Source: L. Trefethen, Is Gauss quadrature better than Clenshaw-Curtis? (SIAM Review 50, 2008).
 *
 * @example
 * ```ts
 * import { polynomialRule } from '@infimum/bandits-rl/control';
 *
 * const { nodes, weights } = polynomialRule('gauss-legendre', 3, 0, 1);
 * const integral = nodes.reduce((sum, x, i) => sum + weights[i] * x ** 5, 0);
 * console.log(integral.toFixed(12)); // 0.166666666667
 * ```
 */
export function polynomialRule(
  rule: 'gauss-legendre' | 'clenshaw-curtis',
  count: number,
  from: number,
  to: number,
): NodesAndWeights {
  checkChoice(rule, 'rule', ['gauss-legendre', 'clenshaw-curtis']);
  checkInteger(count, 'count', { min: rule === 'gauss-legendre' ? 1 : 2, max: 10_000 });
  checkInterval(from, to);
  return rule === 'gauss-legendre' ? gaussLegendre(count, from, to) : clenshawCurtis(count, from, to);
}

/** Refuses ends that are not finite, or do not rise. */
export function checkInterval(from: number, to: number): void {
  checkNumber(from, 'from');
  checkNumber(to, 'to');
  if (!(to > from) || to - from === Infinity) throw fault(`must be above from = ${from}, got ${to}`, 'to', 'out-of-range');
}

/** Newton's method on the Legendre polynomial, from its asymptotic roots. */
export function gaussLegendre(count: number, from: number, to: number): NodesAndWeights {
  const nodes = new Float64Array(count);
  const weights = new Float64Array(count);
  const half = (to - from) / 2;
  for (let i = 0; i < count; i++) {
    let x = -Math.cos((Math.PI * (i + 0.75)) / (count + 0.5));
    let slope = 1;
    for (let sweep = 0; sweep < 100; sweep++) {
      let [before, value] = [0, 1];
      for (let k = 1; k <= count; k++) {
        [before, value] = [value, ((2 * k - 1) * x * value - (k - 1) * before) / k];
      }
      slope = (count * (x * value - before)) / (x * x - 1);
      const step = value / slope;
      x -= step;
      if (Math.abs(step) < 1e-15) break;
    }
    nodes[i] = from + half * (1 + x);
    weights[i] = (2 * half) / ((1 - x * x) * slope * slope);
  }
  return { nodes, weights };
}

function clenshawCurtis(count: number, from: number, to: number): NodesAndWeights {
  const n = count - 1;
  const half = (to - from) / 2;
  const nodes = new Float64Array(count);
  const weights = new Float64Array(count);
  for (let i = 0; i <= n; i++) {
    const angle = (Math.PI * i) / n;
    nodes[i] = from + half * (1 - Math.cos(angle));
    let sum = 1;
    for (let k = 1; k <= n / 2; k++) {
      const share = 2 * k === n ? 1 : 2;
      sum -= (share * Math.cos(2 * k * angle)) / (4 * k * k - 1);
    }
    weights[i] = (half * (i === 0 || i === n ? 1 : 2) * sum) / n;
  }
  return { nodes, weights };
}
