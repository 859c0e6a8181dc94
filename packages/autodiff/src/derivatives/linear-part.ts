// Programs for many products with the same matrix: an output that is linear in a variable is written as few sums of scaled tensors,
// with factors that are computed once.
import { inOrder } from '../expressions/order.ts';
import type { PartedProgram } from '../expressions/program.ts';
import { compileParts } from '../expressions/program.ts';
import type { Operation, Tensor } from '../expressions/tensor.ts';
import { full, sameShape, tensorOf } from '../expressions/tensor.ts';
import { add, mul, neg } from '../operations/arithmetic.ts';

/** A sum of tensors of one shape times factors, entry by entry: numbers or of that shape, which do not depend on the variable. */
type Terms = ReadonlyMap<Tensor, Tensor>;

/** Longer sums are computed once, where they arise. */
const MOST_TERMS = 3;

/** The sum of inputs, each times the next one. */
const combining: Operation = {
  name: 'combine',
  prepare: (_, { inputs: [a, f, b, g, c, h], out }) => {
    const [stepF, stepG, stepH] = [f, g, h].map((factor) => (factor && factor.length === out.length ? 1 : 0));
    if (!b) {
      return () => {
        for (let k = 0, i = 0; k < out.length; k++, i += stepF) out[k] = a[k] * f[i];
      };
    }
    if (!c) {
      return () => {
        for (let k = 0, i = 0, j = 0; k < out.length; k++, i += stepF, j += stepG) out[k] = a[k] * f[i] + b[k] * g[j];
      };
    }
    return () => {
      for (let k = 0, i = 0, j = 0, l = 0; k < out.length; k++, i += stepF, j += stepG, l += stepH) {
        out[k] = a[k] * f[i] + b[k] * g[j] + c[k] * h[l];
      }
    };
  },
  pullback: () => [],
};

/**
 * A program that computes an output that is linear in v: everything independent of v in `run`, from x, and the rest in
 * `proceed`, from v.
 */
export function linearProgram(output: Tensor, x: Tensor, v: Tensor): PartedProgram {
  const [one, minusOne] = [full([], 1), full([], -1)];
  const [adding, multiplying, negating] = [add(v, v), mul(v, v), neg(v)].map(({ operation }) => operation);
  const termsOf = new Map<Tensor, Terms>([[v, new Map([[v, one]])]]);
  const wholes = new Map<Tensor, Tensor>();
  const factors = new Set<Tensor>();
  const views = new Map<Tensor, Map<string, Tensor>>();

  /** The tensor itself, with all of its terms added up. */
  const whole = (node: Tensor): Tensor => {
    const terms = termsOf.get(node);
    const known = wholes.get(node) ?? (terms ? combined(terms, node.shape) : node);
    wholes.set(node, known);
    if (!terms) factors.add(node);
    return known;
  };
  const combined = (terms: Terms, shape: readonly number[]): Tensor => {
    const [[base, factor]] = terms;
    if (terms.size === 1 && factor === one) return base;
    for (const each of terms.values()) factors.add(each);
    return tensorOf(shape, combining, [...terms].flat());
  };
  const scaled = (terms: Terms, by: Tensor): Terms => new Map(Array.from(terms, ([base, factor]) => [base, mul(factor, by)]));
  const view = (base: Tensor, { shape, operation }: Tensor): Tensor => {
    const known = views.get(base) ?? new Map<string, Tensor>();
    views.set(base, known);
    const key = `${operation.viewFrom} ${shape}`;
    const made = known.get(key) ?? tensorOf(shape, operation, [base]);
    known.set(key, made);
    return made;
  };
  const rewritten = (node: Tensor): Terms => {
    const { shape, operation, inputs } = node;
    const [first, second] = inputs.map((from) => (sameShape(from.shape, shape) ? termsOf.get(from) : undefined));
    if (operation === negating && first) return scaled(first, minusOne);
    if (operation === multiplying && (first || second)) {
      const by = inputs[first ? 1 : 0];
      if (!termsOf.has(by) && (by.shape.length === 0 || sameShape(by.shape, shape)))
        return scaled((first ?? second) as Terms, by);
    }
    if (operation === adding && first && second) {
      const sum = new Map(first);
      for (const [base, factor] of second) {
        const other = sum.get(base);
        sum.set(base, other ? add(other, factor) : factor);
      }
      if (sum.size <= MOST_TERMS) return sum;
    }
    const viewed = operation.viewFrom === undefined ? undefined : termsOf.get(inputs[0]);
    if (viewed) {
      const ofView = (factor: Tensor) => (factor.shape.length === 0 ? factor : view(factor, node));
      return new Map(Array.from(viewed, ([base, factor]) => [view(base, node), ofView(factor)]));
    }
    return new Map([[tensorOf(shape, operation, inputs.map(whole)), one]]);
  };

  for (const node of inOrder([output])) {
    if (node !== v && node.inputs.some((from) => termsOf.has(from))) termsOf.set(node, rewritten(node));
  }
  const result = whole(output);
  const early = [...factors].filter((factor) => !factor.constant);
  return compileParts({ outputs: early, variables: [x] }, { outputs: [result], variables: [v] });
}
