// What kernels.ts measures: each kernel on a size, and the loop that one would write without it.
import type { Case } from './case.ts';
import { choleskyOf, dot, gemm, gemv, gemvTransposed, syrk } from './dense-cases.ts';
import { exp, plainColumns, plainRows, transportColumns, transportRows } from './exponential-cases.ts';
import { csrGemv } from './sparse-cases.ts';

export const cases: readonly Case[] = [
  dot(1000),
  dot(1_000_000),
  exp(1000),
  exp(1_000_000),
  ...[200, 1000, 2048].flatMap((n) => [gemv(n), gemvTransposed(n)]),
  ...[256, 1024].map(gemm),
  ...[256, 1024].map(syrk),
  ...[256, 1024].map(choleskyOf),
  ...[1000, 2000].flatMap((n) => [20, 1000].flatMap((scale) => [transportRows(n, scale), transportColumns(n, scale)])),
  plainRows(1000),
  plainColumns(1000),
  csrGemv(100_000),
];
