// The papers that solvers and claims of this package refer to.
import type { Paper } from '@infimum/core';

/** Exact, bounded and approximate distances; the algorithms for study. */
export const fasterAlgorithms: Paper = {
  title: 'Faster algorithms for text-to-pattern Hamming distances',
  arxiv: '2310.13174',
  year: 2023,
};

/** The definition of the distance: the source of methods that compare all pairs of symbols. */
export const errorDetecting: Paper = { title: 'Error detecting and error correcting codes', year: 1950 };

/** Frequent symbols by transforms, rare ones pair by pair. */
export const generalizedMatching: Paper = { title: 'Generalized string matching', year: 1987 };

/** Kangaroo jumps. */
export const landauVishkin: Paper = { title: 'Efficient string matching with k mismatches', year: 1986 };

/** Marking. */
export const kMismatchesFaster: Paper = { title: 'Faster algorithms for string matching with k mismatches', year: 2004 };

/** Shift-Add. */
export const textSearching: Paper = { title: 'A new approach to text searching', year: 1992 };

/** Number-theoretic transforms. */
export const transformsOverFields: Paper = { title: 'The fast Fourier transform in a finite field', year: 1971 };

/** Random coarsening. */
export const simpleApproximation: Paper = {
  title: 'A simple algorithm for approximating the text-to-pattern Hamming distance',
  year: 2018,
};

/** Random maps to two symbols. */
export const countingMismatches: Paper = { title: 'Fast algorithms for approximately counting mismatches', year: 1993 };

/** Fingerprints of residue classes. */
export const revisited: Paper = { title: 'The k-mismatch problem revisited', arxiv: '1508.00731', year: 2016 };

/** The bound for samples. */
export const chernoff: Paper = {
  title: 'A measure of asymptotic efficiency for tests of a hypothesis based on the sum of observations',
  year: 1952,
};
