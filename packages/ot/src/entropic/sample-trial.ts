// How many of Anderson's sweeps a problem takes, foretold by those of a sample: every so many sources and targets with
// their costs. Where costs come from places the sample has the same parts, bridges and reaches as the whole, and takes
// about as many sweeps, at a small share of the cost.
import { andersonSinkhornSteps } from './anderson-sinkhorn.ts';
import type { EntropicState } from './entropic-state.ts';

/** Sources and targets of a sample, and how many there must be for it to cost little against the whole. */
const SIDE = 64;
const LEAST_SIDE = 6 * SIDE;

/** Marginal error that the sample's sweeps are to reach. */
const TOLERANCE = 1e-5;

/** A sample whose rows reach fewer targets than this, on average, hangs together worse than the whole. */
const LEAST_REACHED = 4;

/** An entry counts as reached from this share of the average one. */
const REACHED = 0.1;

/** A sample with less than this share of the mass that its size lets expect says little about where the mass is. */
const LEAST_MASS = 0.25;

/** Whether there are too few sources or targets for a sample to be worth its cost. */
export function isTooSmall({ n, m }: EntropicState): boolean {
  return Math.min(n, m) < LEAST_SIDE;
}

/**
 * The sweeps that a sample takes at the state's epsilon.
 *
 * @param most - sweeps after which it is given up
 * @returns how many, Infinity for more than `most`; nothing where there is no sample that speaks for the whole
 */
export function sweepsOfSample(
  { n, m, a, b, cost, epsilon }: EntropicState,
  most: number,
): number | undefined {
  const [rows, cols] = [everySoMany(n), everySoMany(m)];
  const [sources, targets] = [sampled(a, rows), sampled(b, cols)];
  if (!sources || !targets) return undefined;
  const values = new Float64Array(SIDE * SIDE);
  for (let i = 0; i < SIDE; i++) {
    for (let j = 0; j < SIDE; j++) values[i * SIDE + j] = cost[rows[i] * m + cols[j]];
  }
  const problem = { a: sources, b: targets, cost: { rows: SIDE, cols: SIDE, values } };
  const steps = andersonSinkhornSteps(problem, { epsilon, tolerance: TOLERANCE });
  for (let sweeps = 1; ; sweeps++) {
    const step = steps.next();
    if (step.done) return isThin(step.value.solution.plan.values) ? undefined : sweeps;
    if (sweeps < most) continue;
    const { plan } = step.value.solution();
    steps.return(undefined as never);
    return isThin(plan.values) ? undefined : Infinity;
  }
}

/** The middles of as many equal parts of a range as a sample has. */
function everySoMany(length: number): number[] {
  return Array.from({ length: SIDE }, (_, k) => Math.floor(((k + 0.5) * length) / SIDE));
}

/** Weights at some places, of a mass of one; nothing where hardly any mass lies there. */
function sampled(weights: Float64Array, places: readonly number[]): Float64Array | undefined {
  const values = Float64Array.from(places, (place) => weights[place]);
  const mass = values.reduce((sum, value) => sum + value, 0);
  if (!(mass > (LEAST_MASS * SIDE) / weights.length)) return undefined;
  return values.map((value) => value / mass);
}

function isThin(plan: Float64Array): boolean {
  const least = REACHED / plan.length;
  return plan.reduce((count, mass) => count + (mass > least ? 1 : 0), 0) < LEAST_REACHED * SIDE;
}
