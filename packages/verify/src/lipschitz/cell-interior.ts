// Whether a cell of a piecewise linear network has an inside within a box: by an inner point or by multipliers, both checked in whole
// numbers, so that thin cells are kept and flat ones are not counted.
import { bitLength, integers } from '@infimum/rigor';
import type { ForwardBounds, Phases } from '../bounds/forward-bounds.ts';
import type { Region } from '../bounds/region.ts';
import type { PreparedNetwork } from '../networks/network.ts';
import { activationOf } from '../networks/network.ts';

/** The state of a cell: proven to have an inside, proven to have none, or neither. */
export type Inside = 'deep' | 'flat' | 'open';

/** A form row · x + constant, without a power of two as a factor: n coefficients, then the constant. */
type Form = readonly bigint[];

interface ScaledForm {
  readonly form: Form;
  readonly exponent: number;
}

/** The forms that are at least 0 in the cell, as `cellOf` orders its rows. */
export function cellForms({ layers, inputs }: PreparedNetwork, bounds: ForwardBounds, phases: Phases): Form[] {
  let before: ScaledForm[] = Array.from({ length: inputs }, (_, j) => ({
    form: Array.from({ length: inputs + 1 }, (_unused, i) => (i === j ? 1n : 0n)),
    exponent: 0,
  }));
  const found: Form[] = [];
  for (let k = 0; k < layers.length - 1; k++) {
    const { map } = layers[k];
    const row = new Float64Array(map.inputs);
    const sums = Array.from({ length: map.outputs }, (_, i) => {
      map.rows(i, i + 1, row);
      return combined(row, before, map.bias[i], inputs);
    });
    const slope = integers([layers[k].slope]);
    let isDecided = true;
    before = sums.map(({ form, exponent }, i) => {
      const phase = phases[k][i];
      if (phase !== 0) found.push(phase > 0 ? form : form.map((entry) => -entry));
      const isUp = activationOf(layers[k], i) === 'linear' || phase > 0 || bounds.lower[k][i] > 0;
      if (isUp) return { form, exponent };
      if (!(phase < 0 || bounds.upper[k][i] < 0)) isDecided = false;
      const factor = layers[k].activation === 'relu' ? 0n : slope.mantissas[0];
      return { form: form.map((entry) => factor * entry), exponent: exponent + slope.exponent };
    });
    if (!isDecided) break;
  }
  return found;
}

/** Σ row_j form_j + bias. */
function combined(row: Float64Array, forms: readonly ScaledForm[], bias: number, inputs: number): ScaledForm {
  const { mantissas, exponent: own } = integers(row);
  const { mantissas: constant, exponent: at } = integers([bias]);
  let exponent = at;
  mantissas.forEach((m, j) => {
    if (m !== 0n) exponent = Math.min(exponent, own + forms[j].exponent);
  });
  const sum = new Array<bigint>(inputs + 1).fill(0n);
  mantissas.forEach((m, j) => {
    if (m === 0n) return;
    const shift = BigInt(own + forms[j].exponent - exponent);
    forms[j].form.forEach((entry, i) => {
      if (entry !== 0n) sum[i] += (m * entry) << shift;
    });
  });
  sum[inputs] += constant[0] << BigInt(at - exponent);
  return { form: sum, exponent };
}

/** Decides by the point and the multipliers of a linear program. */
export function insideOf(forms: readonly Form[], region: Region, x: Float64Array, multipliers: Float64Array): Inside {
  const isTrivial = (form: Form) => form.every((entry) => entry === 0n);
  const point = integers(x);
  const isInside = forms.every((form) => isTrivial(form) || valueAt(form, point) > 0n);
  if (isInside) return 'deep';
  const support = forms.flatMap((form, i) => (multipliers[i] > 1e-9 && !isTrivial(form) ? [i] : []));
  return support.length > 0 &&
    isFlat(
      support.map((i) => forms[i]),
      support.map((i) => multipliers[i]),
      region,
    )
    ? 'flat'
    : 'open';
}

/** form(x) times a power of two. */
function valueAt(form: Form, { mantissas, exponent }: ReturnType<typeof integers>): bigint {
  const n = mantissas.length;
  let sum = 0n;
  for (let j = 0; j < n; j++) sum += form[j] * mantissas[j];
  return exponent >= 0 ? (sum << BigInt(exponent)) + form[n] : sum + (form[n] << BigInt(-exponent));
}

/** Whether positive multipliers of the forms give a sum that is nowhere above 0 in the box: then all are 0 in the cell. */
function isFlat(forms: readonly Form[], multipliers: readonly number[], { lower, upper }: Region): boolean {
  const n = lower.length;
  // Forms of about the same size, so that the program's multipliers are those of these.
  const most = forms.map((form) => form.reduce((length, entry) => Math.max(length, bitLength(entry)), 0));
  const largest = Math.max(...most);
  const guesses = multipliers.map((y, i) => BigInt(Math.max(1, Math.round(y * 2 ** 40))) << BigInt(largest - most[i]));
  // Coefficients that cancel in the sum must do so exactly; the box bounds the others.
  const columns = Array.from({ length: n }, (_, j) => j).filter((j) => {
    let [sum, size] = [0n, 0n];
    forms.forEach((form, i) => {
      const term = guesses[i] * form[j];
      sum += term;
      size += term < 0n ? -term : term;
    });
    return (sum < 0n ? -sum : sum) * 1_000_000n < size || lower[j] === upper[j];
  });
  const exact = cancelling(
    forms,
    guesses,
    columns.filter((j) => lower[j] < upper[j]),
  );
  if (!exact || exact.some((y) => y < 0n)) return false;
  const sum = Array.from({ length: n + 1 }, (_, j) => forms.reduce((total, form, i) => total + exact[i] * form[j], 0n));
  const corner = Float64Array.from({ length: n }, (_, j) => (sum[j] > 0n ? upper[j] : lower[j]));
  return exact.some((y) => y > 0n) && valueAt(sum, integers(corner)) <= 0n;
}

/** Multipliers near the guesses for which the chosen columns of the forms cancel; undefined if there are none. */
function cancelling(forms: readonly Form[], guesses: readonly bigint[], columns: readonly number[]): bigint[] | undefined {
  const count = forms.length;
  // An equation a column: Σ_i y_i form_i[j] = 0, eliminated without fractions.
  const rows = columns.map((j) => forms.map((form) => form[j]));
  const pivots: number[] = [];
  let rank = 0;
  for (let i = 0; i < count && rank < rows.length; i++) {
    const at = rows.findIndex((row, r) => r >= rank && row[i] !== 0n);
    if (at < 0) continue;
    [rows[rank], rows[at]] = [rows[at], rows[rank]];
    const pivot = rows[rank];
    rows.forEach((row, r) => {
      if (r === rank || row[i] === 0n) return;
      const factor = row[i];
      rows[r] = row.map((entry, c) => entry * pivot[i] - factor * pivot[c]);
    });
    pivots.push(i);
    rank++;
  }
  if (rank === count) return undefined;
  // y_pivot = - Σ_free row y_free / row_pivot: over the product of all pivots everything is whole.
  const product = pivots.reduce((so, i, r) => so * rows[r][i], 1n);
  const scale = product < 0n ? -product : product;
  return guesses.map((guess, i) => {
    const r = pivots.indexOf(i);
    if (r < 0) return guess * scale;
    let sum = 0n;
    guesses.forEach((other, c) => {
      if (!pivots.includes(c)) sum -= rows[r][c] * other;
    });
    return (sum * scale) / rows[r][i];
  });
}
