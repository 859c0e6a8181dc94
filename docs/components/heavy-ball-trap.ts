// The path of a ball between heavy ball and Nesterov's method on the function on which heavy ball fails.
import {
  betweenMomenta,
  heavyBallCounterexample,
  heavyBallMomentum,
  momentumFamily,
  nesterovMomentum,
} from '@infimum/optim/acceleration';

/** The fate of a ball. */
export type Fate = 'converges' | 'circles' | 'diverges';

/** A ball's way. */
export interface BallPath {
  /** Its places, the start first. */
  readonly places: readonly number[];
  readonly fate: Fate;
  /** Whether it has come to rest; some convergent ones have not yet. */
  readonly isAtRest: boolean;
  /** The length of its cycle, if it is short. */
  readonly period?: number;
}

/** A ball farther out than this counts as diverged. */
const FAR = 1e3;
/** Steps after which a ball that has not settled counts as cycling. */
const STEPS = 800;
const LONGEST_PERIOD = 24;

const trap = heavyBallCounterexample();
const [ball, nesterov] = [heavyBallMomentum(25, 1), nesterovMomentum(25, 1)];

/** The height of the function. */
export function heightAt(x: number): number {
  return trap.value(Float64Array.of(x));
}

/** The path of a ball from a start; theta is 0 for heavy ball and 1 for Nesterov's method. */
export function ballPath(theta: number, start: number): BallPath {
  const places: number[] = [];
  const { status } = momentumFamily(trap, Float64Array.of(start), betweenMomenta(ball, nesterov, theta), {
    tolerance: 1e-7,
    maxIterations: STEPS,
    onIteration: ({ output }) => void places.push(output()[0]),
  });
  const isAtRest = status === 'converged';
  if (isAtRest || isCalming(places)) return { places, fate: 'converges', isAtRest };
  const isFar = status === 'stalled' || Math.abs(places[places.length - 1]) > FAR;
  if (isFar) return { places, fate: 'diverges', isAtRest };
  return { places, fate: 'circles', isAtRest, period: periodOf(places) };
}

/** Whether the last hundred steps were clearly smaller than the hundred before. */
function isCalming(places: readonly number[]): boolean {
  const largest = (from: number, to: number) => Math.max(...places.slice(from, to).map(Math.abs));
  return largest(-100, places.length) < 0.9 * largest(-200, -100);
}

/** The fates of balls from several starts. */
export function fatesOf(theta: number, starts: readonly number[]): Fate[] {
  return starts.map((start) => ballPath(theta, start).fate);
}

/** The number of steps after which the last positions repeat. */
function periodOf(places: readonly number[]): number | undefined {
  const end = places.length - 1;
  for (let period = 1; period <= LONGEST_PERIOD; period++) {
    const repeats = Array.from({ length: LONGEST_PERIOD }, (_, k) => places[end - k] - places[end - k - period]);
    if (repeats.every((change) => Math.abs(change) < 1e-6)) return period;
  }
  return undefined;
}
