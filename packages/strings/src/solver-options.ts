// Options and limits that algorithms of this package share.
import type { Paper } from '@infimum/core';
import { checkInteger, fault } from '@infimum/core';
import type { SymbolPair } from './symbols.ts';

export const unit = {
  type: 'choice',
  choices: ['code-unit', 'code-point'],
  default: 'code-unit',
  description: 'One symbol of a string: a UTF-16 code unit or a Unicode code point',
} as const;

export const wildcard = {
  type: 'value',
  check: checkWildcard,
  description: 'A symbol that matches every symbol: an integer, or a string of one symbol',
} as const;

function checkWildcard(value: unknown, argument: string): asserts value is number | string {
  if (typeof value !== 'string') checkInteger(value, argument, { min: -(2 ** 31), max: 2 ** 32 - 1 });
}

export const out = {
  type: 'value',
  check: checkOut,
  description: 'Output array, one distance per shift; by default a new one',
} as const;

function checkOut(value: unknown, argument: string): asserts value is Int32Array {
  if (value instanceof Int32Array) return;
  throw fault('expected an Int32Array', argument, 'type');
}

export const seed = {
  type: 'integer',
  min: 0,
  max: Number.MAX_SAFE_INTEGER,
  default: 0,
  description: 'Seed of everything random',
} as const;

export const strands = {
  type: 'choice',
  choices: ['forward', 'both'],
  default: 'forward',
  description: 'The pattern alone, or also its reverse complement, both as letters; U and T are then the same base',
} as const;

export const epsilon = {
  type: 'number',
  above: 0,
  below: 1,
  required: true,
  description: 'Relative error; by default that of a registered instance',
} as const;

export const delta = {
  type: 'number',
  above: 0,
  below: 1,
  default: 1e-3,
  description: 'Probability with which some distance may have a larger error',
} as const;

/** The texts of a solver's page. */
export interface SolverTexts {
  readonly title: string;
  readonly summary: string;
  readonly cost: string;
  readonly paper: Paper;
}

/** No options at all. */
export const noOptions = {} as const;
export const threads = {
  type: 'integer',
  min: 1,
  max: 64,
  default: 1,
  description: 'Threads; the distances do not depend on their number',
} as const;

/** Symbols of a text up to which the study algorithms answer in seconds. */
const STUDY_SYMBOLS = 2 ** 18;

/** Why a study algorithm does not accept a pair, if so. */
export const studySize = ({ text: { length: n } }: SymbolPair): string | undefined =>
  n > STUDY_SYMBOLS ? `for study: limited to ${STUDY_SYMBOLS} text symbols, not ${n}` : undefined;

export const variant = {
  type: 'choice',
  choices: ['randomized', 'deterministic'],
  default: 'randomized',
  description: 'Random moduli, or greedily chosen ones without random numbers',
} as const;

export const packing = {
  type: 'choice',
  choices: [1, 2],
  default: 1,
  description: 'Coefficients packed into one number of a transform',
} as const;
