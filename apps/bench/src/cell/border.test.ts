import { describe, expect, it } from 'vitest';
import { checkMessage, tidyReason } from './border.ts';

const end = {
  status: 'converged',
  reason: 'met',
  seconds: 1,
  iterations: 2,
  metrics: { a: 1, b: null },
  peakMemory: 3,
};
const sample = { iteration: 1, seconds: 0.5, metrics: { a: 1 } };

describe('checkMessage', () => {
  it('passes what a cell sends', () => {
    expect(checkMessage({ task: 1, sample })).toEqual({ task: 1, sample });
    expect(checkMessage({ task: 1, end, last: true })).toEqual({ task: 1, end, last: true });
  });

  it.each<[string, unknown]>([
    ['null', null],
    ['a list', []],
    ['no task', { sample }],
    ['no end', { task: 1, end: null }],
    ['a status of its own', { task: 1, end: { ...end, status: 'perfect' } }],
    ['no reason', { task: 1, end: { ...end, reason: '' } }],
    ['a reason that is a list', { task: 1, end: { ...end, reason: ['met'] } }],
    ['seconds as text', { task: 1, end: { ...end, seconds: '1' } }],
    ['negative seconds', { task: 1, end: { ...end, seconds: -1 } }],
    ['half an iteration', { task: 1, end: { ...end, iterations: 0.5 } }],
    ['an iteration that no table holds', { task: 1, end: { ...end, iterations: 1e300 } }],
    ['metrics as text', { task: 1, end: { ...end, metrics: 'good' } }],
    ['a metric that is text', { task: 1, end: { ...end, metrics: { a: '1' } } }],
    ['no peak memory', { task: 1, end: { ...end, peakMemory: undefined } }],
    ['a sample without an iteration', { task: 1, sample: { ...sample, iteration: null } }],
    ['a sample without metrics', { task: 1, sample: { iteration: 1, seconds: 1 } }],
  ])('refuses %s', (_, message) => {
    expect(() => checkMessage(message)).toThrow(/^(a message|an end|metrics|the )/);
  });

  it('keeps reasons that every program can read, and the beginning of long ones', () => {
    expect(tidyReason('half \ud800')).toBe('half \ufffd');
    expect(tidyReason('x'.repeat(1e6))).toHaveLength(2001);
  });
});
