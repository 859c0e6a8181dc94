// Statistics on private methods.
import { powerExponent } from '@infimum/core/claim';
import { expect, it } from 'vitest';
import { gradientsByRecords } from './private-claims.ts';

it('privateSpiderBoost falls faster in n than DP-GD at the steps of theory', () => {
  const sizes = [1024, 2048];
  expect(powerExponent(sizes, gradientsByRecords(sizes, 'spider', 2))).toBeLessThan(-0.5);
}, 60_000);
