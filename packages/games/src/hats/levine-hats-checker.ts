// The winning probability of a pair of hat strategies, exactly: wins are counted by the numbers of black hats.
import type { Verdict } from '@infimum/core/certificate';
import { down, dyadic, fraction, toNumber, up } from '@infimum/rigor';

/**
 * Encloses the probability that both named hats are black, for finite stacks and p as the double that it is: with W(k, l) the number of
 * winning pairs of stacks with k and l black hats it is the sum of W(k, l) p^(k+l) (1-p)^(2h-k-l). It needs no witness, and throws nothing.
 */
export function check(
  { height, p, blocks }: { readonly height: number; readonly p: number; readonly blocks: boolean },
  { f, g }: { readonly f: Uint8Array; readonly g: Uint8Array },
  _witness: unknown,
): Verdict {
  const stacks = 1 << height;
  const isStrategy = (s: unknown) => s instanceof Uint8Array && s.length === stacks && s.every((hat) => hat < height);
  if (blocks || !isStrategy(f) || !isStrategy(g))
    return { proved: false, reason: 'these are not strategies for finite stacks' };
  // wins[k]: pairs with k black hats in both stacks together.
  const wins = new Float64Array(2 * height + 1);
  const blacks = Uint8Array.from({ length: stacks }, (_, b) => b.toString(2).replaceAll('0', '').length);
  for (let x = 0; x < stacks; x++) {
    for (let y = 0; y < stacks; y++) if ((x >> f[y]) & (y >> g[x]) & 1) wins[blacks[x] + blacks[y]]++;
  }
  const { mantissa, exponent } = dyadic(p);
  const whole = 1n << BigInt(-exponent); // p = mantissa / whole
  let sum = 0n;
  for (let k = 0; k <= 2 * height; k++)
    sum += BigInt(wins[k]) * mantissa ** BigInt(k) * (whole - mantissa) ** BigInt(2 * height - k);
  const value = toNumber(fraction(sum, whole ** BigInt(2 * height)));
  return { proved: true, figures: { value: { lower: Math.max(0, down(value)), upper: up(value) } } };
}
