// The claims of the paper of this package. It has no experiments itself: its theorems are about counted operations, and so
// are the experiments that check them.
import type { Claim } from '@infimum/core';
import { equivalence, sumsets, triangles } from './counting-claims.ts';
import { deterministic, squareRoot, withoutLogarithm } from './exact-claims.ts';
import { approximation, bounded } from './inexact-claims.ts';

/** One claim for each theorem, lemma and reduction. */
export const stringClaims: readonly Claim[] = [
  squareRoot,
  withoutLogarithm,
  deterministic,
  bounded,
  approximation,
  equivalence,
  sumsets,
  triangles,
];
