import { describe, expect, it } from 'vitest';
import type { Plugin } from './registry.ts';
import { createRegistry } from './registry.ts';
import { askingProblem, bisection, heron, paper, rootProblem } from './testing/example.ts';

const claim = {
  id: 'demo/quadratic',
  paper,
  statement: 'The number of right digits doubles.',
  published: 'none published',
  budget: 1,
  run: () => Promise.resolve({ measured: '2', verdict: 'reproduced' as const, figures: { factor: 2 } }),
};
const plugin: Plugin = { name: 'demo', problems: [rootProblem, askingProblem], solvers: [heron, bisection], claims: [claim] };

describe('createRegistry', () => {
  it('finds problems, solvers and claims, in the order of registration', () => {
    const registry = createRegistry(plugin);
    expect(registry.problems).toEqual([rootProblem, askingProblem]);
    expect(registry.solvers).toEqual([heron, bisection]);
    expect(registry.claims).toEqual([claim]);
    expect(registry.problem('demo/square-roots')).toBe(rootProblem);
    expect(registry.solver('demo/heron')).toBe(heron);
    expect(registry.solversOf('demo/bracket')).toEqual([bisection]);
    expect(registry.solversOf('demo/none')).toEqual([]);
  });

  it("lets a plug-in bring solvers for another one's problem, in any order", () => {
    const registry = createRegistry({ name: 'mine', solvers: [heron] }, { name: 'theirs', problems: [rootProblem] });
    expect(registry.solversOf(rootProblem.id)).toEqual([heron]);
  });

  it('keeps registries apart', () => {
    expect(createRegistry().problems).toEqual([]);
    expect(createRegistry(plugin).problems).toHaveLength(2);
  });

  const failing = (call: () => unknown) => {
    try {
      call();
    } catch (error) {
      const { name, argument, code, message } = error as Error & { argument: string; code: string };
      return { name, argument, code, message };
    }
    throw new Error('nothing was thrown');
  };

  it('suggests the closest id for one that it does not know', () => {
    const registry = createRegistry(plugin);
    expect(failing(() => registry.solver('demo/heorn'))).toEqual({
      name: 'InvalidInputError',
      argument: 'solver',
      code: 'unknown',
      message: "solver: there is no 'demo/heorn'; did you mean 'demo/heron'?",
    });
    expect(failing(() => registry.problem('demo/brackets')).message).toContain("'demo/bracket'");
    expect(failing(() => createRegistry().solver('demo/heron')).message).toContain('nothing is registered');
  });

  it.each(['heron', 'Demo/heron', 'demo/', '/heron', 'demo/heron/fast', 'demo/he ron', '1demo/heron', ''])(
    'rejects the id %j',
    (id) => {
      expect(failing(() => createRegistry({ name: 'mine', solvers: [{ ...heron, id }] }))).toMatchObject({
        argument: `mine: ${id}`,
        code: 'type',
      });
    },
  );

  it('rejects an id that is taken', () => {
    const twice = { name: 'again', solvers: [heron] };
    expect(failing(() => createRegistry(plugin, twice))).toMatchObject({
      argument: 'again: demo/heron',
      message: 'again: demo/heron: is registered twice',
    });
    expect(failing(() => createRegistry(plugin, { name: 'again', problems: [rootProblem] })).name).toBe('InvalidInputError');
    expect(failing(() => createRegistry(plugin, { name: 'again', claims: [claim] })).name).toBe('InvalidInputError');
  });

  it('rejects a solver whose problem nobody registered', () => {
    expect(failing(() => createRegistry({ name: 'mine', problems: [askingProblem], solvers: [heron] }))).toMatchObject({
      argument: 'demo/heron.problem',
      code: 'unknown',
    });
  });

  it('rejects a problem without its primary metric', () => {
    const problem = { ...rootProblem, primaryMetric: 'eror' };
    expect(failing(() => createRegistry({ name: 'mine', problems: [problem] }))).toMatchObject({
      argument: 'demo/square-roots.primaryMetric',
      message: expect.stringContaining("did you mean 'error'?"),
    });
  });
});
