// The regret of the equilibrium that was extracted, exactly.
import type { Verdict } from '@infimum/core/certificate';
import { check as checkRegret } from '../normal-form/normal-form-checker.ts';
import type { NormalFormGame } from '../normal-form/normal-form-game.ts';

/** Encloses the Nash regret of the extracted strategies by whole numbers. It needs no witness, and throws nothing. */
export function check(
  { stage }: { readonly stage: NormalFormGame },
  { strategies }: { readonly strategies: readonly Float64Array[] },
  witness: unknown,
): Verdict {
  const verdict = checkRegret(stage, { concept: 'nash', strategies } as never, witness);
  return verdict.proved ? { proved: true, figures: { nash: verdict.figures['regret'] } } : verdict;
}
