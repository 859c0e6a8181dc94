// Failure rates of the randomised methods on adversarial inputs, with upper bounds by Clopper and Pearson (95 %).
// Run: node bench/failures.ts [runs, by default 100000] [method] [adversary]
import type { RandomisedMethod } from '../src/testing/failure-rates.ts';
import { ADVERSARIES, DELTA, failureRate, RANDOMIZED_METHODS } from '../src/testing/failure-rates.ts';

const runs = Number(process.argv[2] ?? 100_000);
const methods = process.argv[3] ? [process.argv[3] as RandomisedMethod] : RANDOMIZED_METHODS;
const adversaries = process.argv[4] ? [process.argv[4]] : Object.keys(ADVERSARIES);
for (const method of methods) {
  for (const adversary of adversaries) {
    const start = performance.now();
    const { epsilon, failures, repeats, upper } = failureRate(method, adversary, runs);
    const verdict = upper < DELTA ? 'below' : 'NOT BELOW';
    const seconds = ((performance.now() - start) / 1000).toFixed(0);
    console.log(
      `${method}, ${adversary}: epsilon ${epsilon}, ${repeats.toFixed(0)} repeats, ${failures} of ${runs} failed, rate at most ${upper.toExponential(1)}, ${verdict} delta = ${DELTA} (${seconds} s)`,
    );
  }
}
