// How the benchmarks of this folder measure: all calls in turn, several times, the least milliseconds of each, so that
// what disturbs one disturbs all. Calls that are far behind once they are warm run no more. On a machine that has other work,
// CLOCK=processor counts processor time in place of wall time.

import { mulberry32 } from '@infimum/core/reference-generators';

/** Rounds at least and at most, and the time, by the clock that counts, after which no new round begins. */
export interface RaceOptions {
  readonly rounds?: readonly [least: number, most: number];
  readonly milliseconds?: number;
}

/** A call that takes so many times as long as the fastest is out of the race. */
const FAR_BEHIND = 6;

/** Rounds in which code is compiled, and how far behind a call is out before they are over. */
const WARM_UP = 3;
const HOPELESS = 40;

/** Milliseconds that a call takes. */
function timeOf(call: () => unknown): number {
  if (process.env['CLOCK'] === 'processor') {
    const before = process.cpuUsage();
    call();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  }
  const start = performance.now();
  call();
  return performance.now() - start;
}

/** The least milliseconds of each call. */
export function race<Name extends string>(
  calls: Readonly<Record<Name, () => unknown>>,
  { rounds: [fewest, most] = [5, 20], milliseconds = 300 }: RaceOptions = {},
): Record<Name, number> {
  const least = {} as Record<Name, number>;
  let running = Object.entries(calls) as [Name, () => unknown][];
  const next = mulberry32(1);
  let spent = 0;
  for (let round = 0; round < most && (round < fewest || spent < milliseconds); round++) {
    for (const [name, call] of running) {
      const time = timeOf(call);
      spent += time;
      least[name] = Math.min(least[name] ?? Infinity, time);
    }
    const behind = round >= WARM_UP ? FAR_BEHIND : HOPELESS;
    const limit = behind * Math.min(...(Object.values(least) as number[]));
    running = running.filter(([name]) => least[name] <= limit);
    // What runs before a call leaves the caches, and what has been collected as garbage, as they are: nobody is always the one
    // after the slowest, nor always the one that takes memory which the engine has just freed.
    for (let i = running.length - 1; i > 0; i--) {
      const j = Math.floor(next() * (i + 1));
      [running[i], running[j]] = [running[j], running[i]];
    }
  }
  return least;
}

/** Milliseconds with three digits. */
export function milliseconds(value: number | undefined): string {
  return value === undefined ? '' : value < 10 ? value.toFixed(2) : value.toFixed(0);
}
