// Curvature of the expected dual function: a graph Laplacian of the experts that compete for ranks K and K + 1.
import type { DenseLike, MatrixLike, OptionSpecs, OptionsOf } from '@infimum/core';
import { asVector, checkInteger, resolveOptions } from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';
import { symmetricEigen } from '@infimum/linalg/numerics';
import { checkIsVector } from '../options.ts';
import { asScores } from './expert-assignment.ts';
import { Router } from './expert-routing.ts';

const strongConvexityOptions = {
  bias: { type: 'value', check: checkIsVector, description: 'Biases at which the curvature is estimated' },
  bandwidth: {
    type: 'number',
    above: 0,
    default: 0.01,
    description: 'Largest difference of two scores that counts as a tie, positive',
  },
} as const satisfies OptionSpecs;

/** Options of `strongConvexity`. */
export type StrongConvexityOptions = OptionsOf<typeof strongConvexityOptions>;

/** An estimate of the Hessian of the expected dual function. */
export interface ExpertCurvature {
  /** E x E; T times it is the Hessian. */
  readonly laplacian: DenseMatrix;
  /** Modulus of strong convexity on biases that sum to zero: T times the second smallest eigenvalue. */
  readonly strongConvexity: number;
  /** Largest eigenvalue of the Hessian. */
  readonly lipschitz: number;
}

/**
 * Estimates the curvature of f(p) = E d(p; scores) from one batch.
 *
 * Its Hessian is T times the Laplacian of w_kk', the density at zero of the difference of the scores of k and k' where
 * these two hold ranks K and K + 1; estimated by the tokens whose difference is below the bandwidth h, divided by 2hT.
 *
 * @param scores - gate scores, T x E
 * @param expertsPerToken - K, at least 1 and less than E
 * @returns the Laplacian and the extreme eigenvalues of the Hessian
 * @throws {InvalidInputError} naming the argument at fault
 *
 * Cost: O(T E) and O(E³) a Jacobi sweep.
 *
 * Source: X. Y. Han and Y. Zhong (arXiv 2512.03915), the strong convexity of the online objective.
 *
 * @example
 * ```ts
 * import { strongConvexity } from '@infimum/ot/experts';
 *
 * // One token of two is undecided between experts 0 and 1.
 * const { strongConvexity: modulus } = strongConvexity([[0.5, 0.501], [0.9, 0.1]], 1, { bandwidth: 0.01 });
 * console.log(modulus.toFixed(3)); // 100.000
 * ```
 */
export function strongConvexity(
  given: MatrixLike,
  expertsPerToken: number,
  options: StrongConvexityOptions = {},
): ExpertCurvature {
  const scores = asScores(given);
  const { bias, bandwidth } = resolveOptions(strongConvexityOptions, options);
  checkInteger(expertsPerToken, 'expertsPerToken', { min: 1, below: scores.cols });
  const curvature = new RankLaplacian(scores.cols, expertsPerToken, bandwidth);
  curvature.observe(scores, bias === undefined ? new Float64Array(scores.cols) : asVector(bias, 'bias', scores.cols));
  const laplacian = curvature.mean();
  const eigenvalues = symmetricEigen(laplacian).values.sort();
  return {
    laplacian,
    strongConvexity: scores.rows * Math.max(0, eigenvalues[1]),
    lipschitz: scores.rows * eigenvalues[scores.cols - 1],
  };
}

/** All that a Laplacian remembers; plain JSON. */
export interface RankCounts {
  /** Tokens undecided between two experts, E x E: their negative numbers off the diagonal. */
  readonly counts: readonly number[];
  /** Tokens seen. */
  readonly tokens: number;
}

/** The Laplacian of the experts that tokens are undecided between, over any number of batches. */
export class RankLaplacian {
  readonly #experts: number;
  readonly #expertsPerToken: number;
  readonly #bandwidth: number;
  readonly #counts: Float64Array;
  #tokens = 0;

  constructor(experts: number, expertsPerToken: number, bandwidth: number) {
    this.#experts = experts;
    this.#expertsPerToken = expertsPerToken;
    this.#bandwidth = bandwidth;
    this.#counts = new Float64Array(experts * experts);
  }

  /** Takes in a batch. */
  observe(scores: DenseLike, bias: Float64Array): void {
    const { rows, cols, values } = scores;
    const counts = this.#counts;
    const width = this.#expertsPerToken + 1;
    using router = new Router(cols, width);
    const { experts } = router.route(scores, bias);
    for (let i = 0; i < rows; i++) {
      const next = experts[i * width + width - 1];
      const k = experts[i * width + width - 2];
      const difference = values[i * cols + k] + bias[k] - values[i * cols + next] - bias[next];
      if (difference >= this.#bandwidth) continue;
      counts[k * cols + k]++;
      counts[next * cols + next]++;
      counts[k * cols + next]--;
      counts[next * cols + k]--;
    }
    this.#tokens += rows;
  }

  /** What to keep for going on later. */
  state(): RankCounts {
    return { counts: Array.from(this.#counts), tokens: this.#tokens };
  }

  /** Goes on where another one was. */
  resume({ counts, tokens }: RankCounts): void {
    this.#counts.set(counts);
    this.#tokens = tokens;
  }

  /** The Laplacian a token; zero before the first batch. */
  mean(): DenseMatrix {
    const weight = 1 / (2 * this.#bandwidth * Math.max(1, this.#tokens));
    const values = this.#counts.map((count) => count * weight);
    return { rows: this.#experts, cols: this.#experts, values };
  }
}
