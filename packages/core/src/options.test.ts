import { describe, expect, expectTypeOf, it } from 'vitest';
import { InvalidInputError } from './errors.ts';
import type { OptionSpecs, OptionsOf } from './options.ts';
import { jsonSchemaOf, parseWith, resolveOptions, runOptionsOf } from './options.ts';
import { checkVector } from './validate.ts';

const checkStart: (value: unknown, argument: string) => asserts value is Float64Array = (value, argument) =>
  checkVector(value, argument);

const specs = {
  epsilon: { type: 'number', above: 0, required: true, unit: 'cost', description: 'Regularisation' },
  memory: { type: 'integer', min: 1, max: 1000, default: 10, description: 'Pairs to remember' },
  warmup: { type: 'integer', min: 0, description: 'Sweeps before; as many as needed by default' },
  domain: { type: 'choice', choices: ['log', 'scaling'], default: 'log', description: 'Where to work' },
  blocks: { type: 'choice', choices: ['all'], orInteger: { min: 1 }, default: 'all', description: 'Blocks' },
  exact: { type: 'boolean', default: false, description: 'Exact or not' },
  initial: { type: 'value', check: checkStart, description: 'Where to start' },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed' },
  maxIterations: { type: 'integer', min: 0, default: 50, description: 'Iteration limit' },
} as const satisfies OptionSpecs;

function faultOf(call: () => unknown): InvalidInputError {
  try {
    call();
  } catch (error) {
    if (error instanceof InvalidInputError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('resolveOptions', () => {
  it('gives defaults that are the caller’s own, and asks for what is required, every time', () => {
    const { epsilon: _, ...optional } = specs;
    for (let time = 0; time < 3; time++) {
      const resolved = resolveOptions(optional, {}) as { memory: number };
      expect(resolved).toEqual(resolveOptions(optional, { memory: undefined }));
      resolved.memory = 1;
      expect(faultOf(() => resolveOptions(specs, {})).code).toBe('missing');
    }
    // What is inherited counts as given.
    expect(resolveOptions(optional, Object.create({ memory: 7 }) as object).memory).toBe(7);
  });

  it('fills in the defaults; undefined is not given', () => {
    const resolved = resolveOptions(specs, { epsilon: 1, memory: undefined, maxSeconds: 3 });
    expect(resolved).toEqual({
      epsilon: 1,
      memory: 10,
      warmup: undefined,
      domain: 'log',
      blocks: 'all',
      exact: false,
      initial: undefined,
      seed: 0,
      maxIterations: 50,
    });
    expectTypeOf(resolved.domain).toEqualTypeOf<'log' | 'scaling'>();
    expectTypeOf(resolved.blocks).toEqualTypeOf<'all' | number>();
    expectTypeOf(resolved.warmup).toEqualTypeOf<number | undefined>();
    expectTypeOf(resolved.initial).toEqualTypeOf<Float64Array | undefined>();
    expectTypeOf(resolved.epsilon).toEqualTypeOf<number>();
    expectTypeOf<OptionsOf<typeof specs>['memory']>().toEqualTypeOf<number | undefined>();
    expectTypeOf<OptionsOf<typeof specs>['epsilon']>().toEqualTypeOf<number>();
  });

  it.each([
    [{}, 'epsilon', 'missing'],
    [{ epsilon: 'small' }, 'epsilon', 'type'],
    [{ epsilon: null }, 'epsilon', 'type'],
    [{ epsilon: 0 }, 'epsilon', 'out-of-range'],
    [{ epsilon: Number.NaN }, 'epsilon', 'not-finite'],
    [{ epsilon: 1, memory: 1.5 }, 'memory', 'not-integer'],
    [{ epsilon: 1, memory: 0 }, 'memory', 'out-of-range'],
    [{ epsilon: 1, domain: 'lag' }, 'domain', 'unknown'],
    [{ epsilon: 1, blocks: 0 }, 'blocks', 'out-of-range'],
    [{ epsilon: 1, exact: 1 }, 'exact', 'type'],
    [{ epsilon: 1, initial: [1, 2] }, 'initial', 'type'],
    [null, 'options', 'type'],
    [[], 'options', 'type'],
    [3, 'options', 'type'],
  ])('turns %j down and names %s', (options, argument, code) => {
    expect(faultOf(() => resolveOptions(specs, options as object))).toMatchObject({ argument, code });
  });

  it.each([
    ['reg', 'epsilon'],
    ['memry', 'memory'],
    ['max_iter', 'maxIterations'],
    ['maxit', 'maxIterations'],
    ['timeout', 'maxSeconds'],
    ['init', 'initial'],
    ['warm', 'warmup'],
    ['constructor', 'onIteration'],
  ])('refuses %s and suggests %s', (name, meant) => {
    expect(faultOf(() => resolveOptions(specs, { epsilon: 1, [name]: 1 }))).toMatchObject({
      argument: name,
      code: 'unknown',
      message: `${name}: unknown option; did you mean '${meant}'?`,
    });
  });

  it.each([
    ['eta', 'stepSize'],
    ['lr', 'rate'],
    ['alpha', 'rate'],
  ])('tells that %s is called %s now', (name, successor) => {
    const renamed = {
      stepSize: { type: 'number', was: 'eta', description: 'Length of a step' },
      rate: { type: 'number', was: ['lr', 'alpha'], description: 'The same in training' },
    } as const satisfies OptionSpecs;
    const expected = { argument: name, code: 'unknown', message: `${name}: is called ${successor} now` };
    expect(faultOf(() => resolveOptions(renamed, { [name]: 1 }))).toMatchObject(expected);
    expect(faultOf(() => parseWith(renamed, { [name]: 1 }, 'options'))).toMatchObject(expected);
    // Part of a former name is none.
    expect(faultOf(() => resolveOptions(renamed, { et: 1 })).message).toContain('unknown option');
  });
});

describe('parseWith', () => {
  it('deals in plain data only, and requires nothing', () => {
    expect(parseWith(specs, {}, 'options')).toEqual({ memory: 10, domain: 'log', blocks: 'all', exact: false });
    for (const name of ['initial', 'seed', 'maxIterations', 'maxSeconds']) {
      expect(faultOf(() => parseWith(specs, { [name]: 1 }, 'options'))).toMatchObject({ argument: name });
    }
    expect(faultOf(() => parseWith(specs, null, 'options'))).toMatchObject({ argument: 'options', code: 'type' });
  });
});

describe('jsonSchemaOf', () => {
  it('describes what is accepted', () => {
    expect(jsonSchemaOf(specs)).toMatchObject({
      type: 'object',
      additionalProperties: false,
      properties: {
        epsilon: { type: 'number', exclusiveMinimum: 0, unit: 'cost', description: 'Regularisation' },
        memory: { type: 'integer', minimum: 1, maximum: 1000, default: 10 },
        domain: { type: 'string', enum: ['log', 'scaling'] },
        blocks: { anyOf: [{ enum: ['all'] }, { type: 'integer', minimum: 1 }] },
        exact: { type: 'boolean', default: false },
      },
    });
    expect(Object.keys(jsonSchemaOf(specs)['properties'] as object)).not.toContain('seed');
  });
});

describe('runOptionsOf', () => {
  it('hands on what the driver knows, with the default limit', () => {
    expect(runOptionsOf(specs, { maxSeconds: 2 })).toMatchObject({ maxSeconds: 2, maxIterations: 50 });
    expect(runOptionsOf(specs, { maxIterations: 3 }).maxIterations).toBe(3);
    expect(runOptionsOf({}).maxIterations).toBeUndefined();
  });
});
