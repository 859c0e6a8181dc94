// Statuses and proved figures in words: figures measured in floating point are never called proved.
import type { Enclosure } from '@infimum/core/certificate';
import type { LaneProof } from './protocol.ts';

/** `converged (measured)`, or with the checker's proved figures of all answers: `converged, gap ≤ 7e-15, proved,`. */
export function statusInWords(
  status: string,
  proof?: Pick<LaneProof, 'verdict'> & { readonly about?: LaneProof['about'] | undefined },
): string {
  if (proof?.verdict.proved && proof.about === 'optimum') return `${status}, ${figuresInWords(proof.verdict.figures)}, proved,`;
  return status === 'converged' ? 'converged (measured)' : status;
}

/** `errors = 0, gap ≤ 7e-15`: ends are rounded outwards. */
export function figuresInWords(figures: Readonly<Record<string, Enclosure>>): string {
  return Object.entries(figures)
    .map(([name, { lower, upper }]) => {
      if (lower === upper) return `${name} = ${lower}`;
      const [least, most] = [-roundedUp(-lower), roundedUp(upper)];
      if (lower <= 0) return `${name} ≤ ${most}`;
      return upper === Infinity ? `${name} ≥ ${least}` : `${least} ≤ ${name} ≤ ${most}`;
    })
    .join(', ');
}

/** The next number with three digits. */
function roundedUp(value: number): number {
  const nearest = Number(value.toPrecision(3));
  if (!(nearest < value)) return nearest;
  return Number((value + 0.5 * 10 ** (Math.floor(Math.log10(Math.abs(value))) - 2)).toPrecision(3));
}
