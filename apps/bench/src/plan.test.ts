// What the command line asks for, against the cells that come of it; every mistake has its message.
import { createRegistry } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import { plugin } from '../test/fixtures/demo.ts';
import type { Field, PlanRequest } from './plan.ts';
import { planCells } from './plan.ts';

const peer = {
  id: 'numpy/solve',
  title: 'NumPy',
  problem: 'demo/diagonal-system',
  variant: 'dense',
  package: 'numpy',
  version: '2.0',
};
const field: Field = {
  registry: createRegistry(plugin),
  peers: [],
  versions: { of: (problem, solver) => `${problem} ${solver}`, ofPeer: (_, name) => name, all: 'all' },
};
const request: PlanRequest = { suite: 'quick', seeds: [1], budget: 5 };
const plan = (changes: Partial<PlanRequest> = {}, peers: Field['peers'] = []) =>
  planCells({ ...request, ...changes }, { ...field, peers });

describe('planCells', () => {
  it('takes every solver to every instance of the suite, defaults filled in', () => {
    const cells = plan();
    expect(cells.map(({ params, solver }) => [(params as { n: number }).n, solver])).toEqual(
      [50, 400].flatMap((n) =>
        ['demo/gradient-descent', 'demo/conjugate-gradients', 'demo/division'].map((solver) => [n, solver]),
      ),
    );
    expect(cells[0]).toEqual({
      problem: 'demo/diagonal-system',
      family: 'random',
      params: { n: 50, condition: 30 },
      seed: 1,
      solver: 'demo/gradient-descent',
      role: 'baseline',
      variant: '',
      options: { tolerance: 1e-10 },
      budget: 5,
      codeVersion: 'demo/diagonal-system demo/gradient-descent',
    });
  });

  it('takes other parameters, seeds and options instead', () => {
    const cells = plan({
      params: '[{"n": 3}, {"n": 4}]',
      seeds: [1, 2],
      solvers: ['demo/gradient-descent'],
      options: '{"demo/gradient-descent": [{"tolerance": 0.1}, {}]}',
    });
    expect(cells).toHaveLength(8);
    expect(cells.slice(0, 2).map(({ options }) => options)).toEqual([{ tolerance: 0.1 }, { tolerance: 1e-10 }]);
    expect(plan({ params: '{"n": 3}' }).map(({ seed }) => seed)).toEqual([1, 1, 1]);
  });

  it('invites the peers, all or the named ones', () => {
    const other = { ...peer, id: 'numpy/lstsq' };
    const racing = (solvers?: string[]) => [...new Set(plan({ solvers }, [peer, other]).map(({ solver }) => solver))];
    expect(racing()).toHaveLength(5);
    expect(racing(['demo/division'])).toEqual(['demo/division', 'numpy/solve', 'numpy/lstsq']);
    expect(racing(['demo/division', 'numpy/lstsq'])).toEqual(['demo/division', 'numpy/lstsq']);
    expect(racing(['numpy/lstsq'])).toEqual(['numpy/lstsq']);
    expect(plan({ solvers: ['numpy/solve'] }, [peer])[0]).toMatchObject({
      role: 'peer',
      variant: 'dense',
      codeVersion: 'numpy 2.0',
    });
  });

  it.each<[string, Partial<PlanRequest>, RegExp]>([
    ['an unknown problem', { problem: 'demo/diagonal' }, /^--problem: .*did you mean 'demo\/diagonal-system'/],
    ['an unknown solver', { solvers: ['demo/divison'] }, /^--solvers: .*did you mean 'demo\/division'/],
    ['an unknown family', { family: 'rand' }, /^--family: there is no 'rand'; the families are random/],
    ['params that are no JSON', { params: '{n: 3}' }, /^--params is not JSON: unexpected "n" at line 1, column 2/],
    ['params out of range', { params: '{"n": 0}' }, /^--params of demo\/diagonal-system, random: n: /],
    ['params that do not exist', { params: '[{}, {"m": 2}]' }, /^--params\[1\] of demo\/diagonal-system, random: m: /],
    ['options that are no object', { options: '[1]' }, /^--options: expected an object by solver id/],
    ['options of nobody', { options: '{"demo/divide": {}}' }, /^--options: .*did you mean 'demo\/division'/],
    [
      'options out of range',
      { options: '{"demo/gradient-descent": {"tolerance": -1}}' },
      /^--options: demo\/gradient-descent: tolerance: /,
    ],
    ['options that do not exist', { options: '{"demo/division": {"speed": 1}}' }, /^--options: demo\/division: speed: /],
  ])('refuses %s', (_, changes, message) => {
    expect(() => plan(changes)).toThrow(
      expect.objectContaining({ name: 'UsageError', message: expect.stringMatching(message) }),
    );
  });
});
