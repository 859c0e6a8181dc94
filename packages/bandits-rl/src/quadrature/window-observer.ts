// Observations of a policy in windows of time: the change of the features from their start to their end, and the cost by a rule of
// quadrature or by integration.
import { checkNumber } from '@infimum/core';
import type { ControlSystem } from './control-instance.ts';
import { inputCostOf, policyOf } from './control-problem.ts';
import { DormandPrince } from './dormand-prince.ts';
import { polynomialRule } from './gauss-legendre.ts';
import type { Features } from './monomials.ts';
import type { QuadratureWeightsOptions } from './quadrature-weights.ts';
import { quadratureWeights } from './quadrature-weights.ts';

/** The limit of simulation work for one window: an explicit method on a stiff system would never end. */
const WINDOW_BUDGET = 20_000;

/** Times and weights within a window; none for the exact integral. */
interface WindowRule {
  readonly nodes: Float64Array;
  readonly weights: Float64Array;
}

/** The rule of the settings. */
export function windowRule(
  window: number,
  settings: { quadrature: string; samples: number } & Pick<QuadratureWeightsOptions, 'kernel' | 'lengthScale' | 'normalize'>,
): WindowRule | undefined {
  const { quadrature, samples, kernel, normalize } = settings;
  checkNumber(window, 'window', { above: 0 });
  const lengthScale = settings.lengthScale || 3 * window;
  if (quadrature === 'exact') return undefined;
  if (quadrature === 'gauss-legendre' || quadrature === 'clenshaw-curtis') {
    return polynomialRule(quadrature, samples, 0, window);
  }
  const nodes = Float64Array.from({ length: samples }, (_, i) => (i === samples - 1 ? window : (i * window) / (samples - 1)));
  const rule = quadrature as 'bayesian' | 'trapezoidal' | 'simpson';
  return { nodes, weights: quadratureWeights(nodes, 0, window, { rule, kernel, lengthScale, normalize }).weights };
}

/** Follows the closed loop of one policy through windows. */
export class WindowObserver {
  readonly #system: ControlSystem;
  readonly #features: Features;
  readonly #rule: WindowRule | undefined;
  readonly #window: number;
  readonly #policy: (x: Float64Array, out: Float64Array) => void;
  readonly #u: Float64Array;
  readonly #before: Float64Array;
  /** The state, and where it is integrated too, the cost. */
  readonly #x: Float64Array;
  readonly #floors: Float64Array;
  readonly #solver: DormandPrince;

  constructor(
    system: ControlSystem,
    features: Features,
    weights: Float64Array,
    rule: WindowRule | undefined,
    window: number,
    tolerance: number,
  ) {
    const { states: n, inputs: m } = system;
    this.#system = system;
    this.#features = features;
    this.#rule = rule;
    this.#window = window;
    this.#policy = policyOf(system, features, weights);
    this.#u = new Float64Array(m);
    this.#before = new Float64Array(features.count);
    this.#x = new Float64Array(rule ? n : n + 1);
    this.#floors = new Float64Array(this.#x.length);
    const map = new Float64Array(n * m);
    const rate = (x: Float64Array, out: Float64Array) => {
      system.drift(x, out);
      system.inputMap(x, map);
      const u = this.#u;
      this.#policy(x, u);
      for (let i = 0; i < n; i++) for (let j = 0; j < m; j++) out[i] += map[i * m + j] * u[j];
      if (!rule) out[n] = system.stateCost(x) + inputCostOf(system.inputCost, u);
    };
    this.#solver = new DormandPrince(rate, this.#x.length, tolerance);
  }

  /** Moves the state through a window, writes φ(start) - φ(end) and gives the cost; undefined if the state diverges. */
  observe(state: Float64Array, difference: Float64Array): number | undefined {
    const n = state.length;
    const x = this.#x;
    x.fill(0);
    x.set(state);
    let scale = 0;
    for (let i = 0; i < n; i++) scale = Math.max(scale, Math.abs(x[i]));
    this.#floors.fill(scale);
    if (!this.#rule) this.#floors[n] = this.#cost() * this.#window;
    this.#features.value(x, this.#before);
    const nodes = this.#rule?.nodes ?? [];
    const budget = this.#solver.evaluations + WINDOW_BUDGET;
    let [time, cost] = [0, 0];
    for (let j = 0; j <= nodes.length; j++) {
      const end = j < nodes.length ? nodes[j] : this.#window;
      if (end > time && !this.#solver.advance(x, end - time, this.#floors, budget)) return undefined;
      time = end;
      if (this.#rule && j < nodes.length) cost += this.#rule.weights[j] * this.#cost();
    }
    for (let i = 0; i < n; i++) if (!(Math.abs(x[i]) <= 1e8 * scale)) return undefined;
    state.set(x.subarray(0, n));
    this.#features.value(x, difference);
    for (let k = 0; k < difference.length; k++) difference[k] = this.#before[k] - difference[k];
    const total = this.#rule ? cost : x[n];
    return Number.isFinite(total) && difference.every(Number.isFinite) ? total : undefined;
  }

  /** The running cost now. */
  #cost(): number {
    this.#policy(this.#x, this.#u);
    return this.#system.stateCost(this.#x) + inputCostOf(this.#system.inputCost, this.#u);
  }
}
