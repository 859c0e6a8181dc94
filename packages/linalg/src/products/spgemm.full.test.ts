// The specified figures at scale 14, of up to sixty million products.
import { test } from 'vitest';
import { T14 } from '../testing/sparse.ts';
import { expectNoPartialProducts, expectSpecified } from '../testing/spgemm-figures.ts';

test('T14 has the specified size and sum', () =>
  expectSpecified(T14, {
    products: 6_804_112,
    entries: 6_468_713,
    sum: 108_791_026,
    filled: [16_290, 16_271],
    innerReads: 8_277_364_371,
  }));

test.each([
  ['Graph 500', [0.57, 0.19, 0.19], { products: 63_758_816, entries: 22_943_310, share: 30 }],
  ['uniform', [0.25, 0.25, 0.25], { products: 3_945_886, entries: 3_917_062, share: 3 }],
] as const)('%s shares: the specified size, and no store of partial products', (_, quarters, specified) =>
  expectNoPartialProducts({ ...T14, quarters }, specified),
);
