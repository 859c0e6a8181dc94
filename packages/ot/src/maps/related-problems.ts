// Sequences of similar entropic problems within another algorithm.
import type { RunReport } from '@infimum/core';
import type { SinkhornOptions } from '../entropic/sinkhorn.ts';
import { sinkhornSteps } from '../entropic/sinkhorn.ts';
import { sinkhornNewtonSparseSteps } from '../entropic/sinkhorn-newton-sparse.ts';
import type { EntropicPlan } from '../entropic/state/normalized-problem.ts';
import type { InitialPotentials } from '../initial-potentials.ts';
import type { InnerLimits } from '../inner-runs.ts';
import { InnerRuns } from '../inner-runs.ts';
import type { Transport } from '../transport.ts';

/** Sweeps that take about as long as Newton's method. */
const QUICK_SWEEPS = 600;

/** Sweeps and Newton steps of one problem. */
const MOST_ITERATIONS = 2000;

/** How a problem is to be solved. */
export interface RelatedOptions {
  /** l1 error of the marginals. */
  readonly tolerance: number;
  /** Whether it is so much like the last one that the last potentials are where to begin. */
  readonly isClose: boolean;
}

type Solved = EntropicPlan & Pick<RunReport, 'status' | 'reason'>;

/** Solves problems of one epsilon: by sweeps as long as these are enough, by Newton steps from then on. */
export class RelatedProblems {
  readonly #epsilon: number;
  readonly #inner: InnerRuns;
  #last: InitialPotentials | undefined;
  #sweepsSuffice = true;
  /** Why the last problem was not solved, if it was not. */
  unfinished: string | undefined;

  /** @param limits - of the run that the problems are part of */
  constructor(epsilon: number, limits: InnerLimits) {
    this.#epsilon = epsilon;
    this.#inner = new InnerRuns(limits);
  }

  /** Solves the next problem. */
  solve(problem: Transport, { tolerance, isClose }: RelatedOptions): EntropicPlan {
    const options = { epsilon: this.#epsilon, tolerance };
    const initial = isClose ? this.#last : undefined;
    let solved: Solved | undefined;
    if (this.#sweepsSuffice) {
      solved = this.#inner.run(sinkhornSteps(problem, { ...options, initial }), QUICK_SWEEPS);
      this.#sweepsSuffice = solved.status === 'converged';
    }
    if (solved?.status !== 'converged') solved = this.#newton(problem, { ...options, initial });
    // What is far from the last problem after all has to begin with a large epsilon.
    if (solved.status !== 'converged' && initial) solved = this.#newton(problem, options);
    this.unfinished = solved.status === 'converged' ? undefined : solved.reason;
    this.#last = { source: solved.sourcePotential, target: solved.targetPotential };
    return solved;
  }

  #newton(problem: Transport, options: SinkhornOptions): Solved {
    return this.#inner.run(sinkhornNewtonSparseSteps(problem, options), MOST_ITERATIONS);
  }
}
