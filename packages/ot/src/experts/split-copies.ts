// Top-K routing by biased scores, in which copies of one token are split among experts as in a fractional plan: top-K alone would
// send all of them to the same expert.
import type { DenseLike } from '@infimum/core';
import type { ExpertAssignment, Routing } from './expert-assignment.ts';
import { Router } from './expert-routing.ts';

/**
 * Routes every token by its K largest biased scores, and `count` copies of one token so that expert k gets `count` times
 * its share of them, rounded.
 *
 * @param sharesOf - the experts' shares of a token, from 0 to 1, that sum to K; valid until the next call
 */
export function routeCopies(problem: ExpertAssignment, bias: Float64Array, sharesOf: (token: number) => Float64Array): Routing {
  const { scores, expertsPerToken } = problem;
  using router = new Router(scores.cols, expertsPerToken);
  const { tokenPointers, experts, loads } = router.route(scores, bias);
  const routed = { tokenPointers: tokenPointers.slice(), experts: experts.slice(), loads: loads.slice() };
  for (const copies of copiesIn(scores)) {
    const dealt = dealOf(sharesOf(copies[0]), copies.length, expertsPerToken, routed.loads);
    copies.forEach((token, t) => {
      // Nobody has more than one card a copy, so that steps of as many cards never meet an expert twice.
      const own = Array.from({ length: expertsPerToken }, (_, k) => dealt[t + k * copies.length]).sort((x, y) => x - y);
      const old = routed.experts.subarray(token * expertsPerToken, (token + 1) * expertsPerToken);
      for (const expert of old) routed.loads[expert]--;
      for (const expert of own) routed.loads[expert]++;
      old.set(own);
    });
  }
  return routed;
}

/** As many cards of every expert as it has shares of the copies, rounded: the largest remainders up, then the least loads. */
function dealOf(shares: Float64Array, copies: number, expertsPerToken: number, loads: Int32Array): number[] {
  const counts = Array.from(shares, (share) => Math.min(copies, Math.floor(share * copies + 1e-9)));
  const order = Array.from(shares.keys()).sort(
    (k, l) => shares[l] * copies - counts[l] - (shares[k] * copies - counts[k]) || loads[k] - loads[l],
  );
  let left = copies * expertsPerToken - counts.reduce((sum, count) => sum + count, 0);
  for (let at = 0; left > 0; at = (at + 1) % order.length) {
    if (counts[order[at]] === copies) continue;
    counts[order[at]]++;
    left--;
  }
  return counts.flatMap((count, k) => Array.from({ length: count }, () => k));
}

/** The groups of tokens with equal rows, of two and more. */
function copiesIn({ rows, cols, values }: DenseLike): number[][] {
  const groups = new Map<number, number[][]>();
  for (let i = 0; i < rows; i++) {
    let key = 0;
    for (let k = 0; k < cols; k++) key = 1.1 * key + values[i * cols + k];
    const alike = groups.get(key) ?? [];
    const group = alike.find(([first]) => areEqual(values, first * cols, i * cols, cols));
    if (group) group.push(i);
    else alike.push([i]);
    groups.set(key, alike);
  }
  return [...groups.values()].flat().filter((group) => group.length > 1);
}

function areEqual(values: DenseLike['values'], first: number, second: number, count: number): boolean {
  for (let k = 0; k < count; k++) if (values[first + k] !== values[second + k]) return false;
  return true;
}
