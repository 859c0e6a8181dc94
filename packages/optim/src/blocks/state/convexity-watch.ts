// Detects in a block descent that the loss is not convex: slopes that fall along a move. Models of a loss that is not convex may
// have no minimum, and their steps cannot be trusted.
import type { BlockState } from '../../losses/block-loss.ts';
import type { SeparableTerm } from '../../losses/separable-term.ts';
import { GrowingArray } from './small-dense.ts';

/** Rounding of a slope that a move must be allowed. */
const SLOPE_NOISE = 1e-7;

/** Rounding of a gradient against the largest one that was seen, as a part of SLOPE_NOISE. */
const GRADIENT_NOISE = 1e-7;

/** Coordinates up to which a block's Hessian is looked at where nothing moves. */
const SMALL_BLOCK = 200;

/** Compares the slopes before and after moves of blocks, and over epochs: (g(y) - g(x)) . (y - x) >= 0 where f is convex. */
export class ConvexityWatch {
  /** Whether the slope fell along the last move, or over the last epoch. */
  isConcave = false;
  readonly #state: BlockState;
  readonly #before = new GrowingArray();
  readonly #slopes = new GrowingArray();
  readonly #epochX: Float64Array;
  readonly #epochGradient: Float64Array;
  #block: Int32Array = new Int32Array(0);
  #floor = 0; // what rounding may leave of a gradient

  constructor(state: BlockState) {
    this.#state = state;
    this.#epochX = state.x.slice();
    this.#epochGradient = state.gradient.slice();
    this.#raiseFloor();
  }

  #raiseFloor(): void {
    for (const slope of this.#state.gradient) {
      if (GRADIENT_NOISE * Math.abs(slope) > this.#floor) this.#floor = GRADIENT_NOISE * Math.abs(slope);
    }
  }

  /** Before a move of a block. */
  begin(block: Int32Array): void {
    const [before, slopes] = [this.#before.of(block.length), this.#slopes.of(block.length)];
    const { x, gradient } = this.#state;
    this.#block = block;
    for (let k = 0; k < block.length; k++) {
      before[k] = x[block[k]];
      slopes[k] = gradient[block[k]];
    }
  }

  /** After it. */
  end(): void {
    const block = this.#block;
    const [before, slopes] = [this.#before.of(block.length), this.#slopes.of(block.length)];
    const { x, gradient } = this.#state;
    let [rise, noise] = [0, 0];
    for (let k = 0; k < block.length; k++) {
      const step = x[block[k]] - before[k];
      rise += step * (gradient[block[k]] - slopes[k]);
      noise += Math.abs(step) * (Math.abs(gradient[block[k]]) + Math.abs(slopes[k]) + this.#floor);
    }
    this.isConcave ||= rise < -SLOPE_NOISE * noise;
  }

  /** After an epoch: along single coordinates a function may be convex that is not along their sum. */
  endEpoch(): void {
    const { x, gradient } = this.#state;
    let [rise, noise] = [0, 0];
    for (let i = 0; i < x.length; i++) {
      const step = x[i] - this.#epochX[i];
      rise += step * (gradient[i] - this.#epochGradient[i]);
      noise += Math.abs(step) * (Math.abs(gradient[i]) + Math.abs(this.#epochGradient[i]) + this.#floor);
    }
    this.isConcave ||= rise < -SLOPE_NOISE * noise;
    this.#raiseFloor();
    this.#epochX.set(x);
    this.#epochGradient.set(gradient);
  }

  /** Whether the last block's Hessian curves down along the steepest descent, where nothing moves any more. */
  curvesDown(term: SeparableTerm): boolean {
    const block = this.#block;
    const size = block.length;
    if (size === 0 || size > SMALL_BLOCK) return false;
    const { x, gradient } = this.#state;
    const d = Float64Array.from(block, (i) => term.leastSubgradient(x[i], gradient[i]));
    const hessian = new Float64Array(size * size);
    this.#state.hessian(block, hessian);
    let [curvature, noise] = [0, 0];
    for (let k = 0; k < size; k++) {
      for (let l = 0; l < size; l++) {
        const part = d[k] * hessian[k * size + l] * d[l];
        curvature += part;
        noise += Math.abs(part);
      }
    }
    return curvature < -SLOPE_NOISE * noise;
  }

  /** The point before the last move. */
  pointBefore(): Float64Array {
    const point = this.#state.x.slice();
    const before = this.#before.of(this.#block.length);
    for (let k = 0; k < this.#block.length; k++) point[this.#block[k]] = before[k];
    return point;
  }
}
