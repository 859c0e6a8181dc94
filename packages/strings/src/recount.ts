// The certificate of distances: a recount.
import type { CertificateKind } from '@infimum/core/certificate';
import type { RecountedPair } from './recount-checker.ts';

/** The kind of a problem whose measure of wrong distances has this name. */
export function recountOf<Instance extends RecountedPair, Solution extends { readonly distances: Int32Array | Float64Array }>(
  figure: 'wrongShare' | 'failureShare',
): CertificateKind<Instance, Solution> {
  return {
    title: 'Recount of all distances',
    statement: `Every distance was counted again, symbol by symbol: *${figure}* is the share of all shifts whose distance is wrong.`,
    about: 'optimum',
    figures: [figure],
    cost: 'O(nm)',
    always: false,
    declines: ({ text, pattern }) =>
      (text.length - pattern.length + 1) * pattern.length > 2e9 ? 'a recount takes too long' : undefined,
    prover: async () => ({ certify: () => ({}) }),
    checker: () => import('./recount-checker.ts'),
  };
}
