// A claim: what a paper says that its algorithm achieves, and the experiment that checks it on this machine.
import type { Paper } from './solver.ts';

/** What a rerun of an experiment found. */
export interface ClaimResult {
  /** Our figure, in the words of the claim. */
  readonly measured: string;
  /** Whether it bears the claim out. */
  readonly verdict: 'reproduced' | 'not reproduced' | 'partly reproduced';
  /** The numbers behind it, by name. */
  readonly figures: Readonly<Record<string, number>>;
}

/** What the experiment gets. */
export interface ClaimContext {
  /** Ends the experiment early. */
  readonly signal?: AbortSignal;
  /** Tells what is being done. */
  readonly onProgress?: (message: string) => void;
}

/** A paper's claim. */
export interface Claim {
  /** `package/name`. */
  readonly id: string;
  /** The paper. */
  readonly paper: Paper;
  /** The claim in one sentence. */
  readonly statement: string;
  /** The figure as published, or `none published`. */
  readonly published: string;
  /** Seconds that the rerun is made for on two cores. */
  readonly budget: number;
  /** Repeats the experiment. */
  run(context: ClaimContext): Promise<ClaimResult>;
}

/** Defines a claim; gives back what it is given, with its types checked. */
export function defineClaim(claim: Claim): Claim {
  return claim;
}
