// The long hunt: 10 000 hostile networks and 1000 Lipschitz constants, none unsound.
import { describe, expect, it } from 'vitest';
import { constantFaults, soundnessFaults } from './testing/soundness-hunt.ts';

describe('soundness to the last bit, at length', () => {
  it('of bounds, witnesses and verdicts of 10 000 networks', () => {
    for (let from = 0; from < 10_000; from += 500) {
      const faults = Array.from({ length: 500 }, (_, k) => soundnessFaults(10_000 + from + k)).flat();
      expect(faults).toEqual([]);
    }
  }, 1_200_000);

  it('of 1000 Lipschitz constants', () => {
    expect(Array.from({ length: 1000 }, (_, k) => constantFaults(10_000 + k)).flat()).toEqual([]);
  }, 600_000);
});
