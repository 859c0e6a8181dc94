import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { InvalidInputError } from './errors.ts';
import { jsonSchemaOf, parseWith } from './schema.ts';

const schema = z.strictObject({
  epsilon: z.number().positive().default(0.1).describe('Regularisation'),
  maxIterations: z.int().min(1).optional(),
  step: z.number().multipleOf(0.5).optional(),
  domain: z.enum(['log', 'scaling']).default('log'),
  inner: z.strictObject({ sizes: z.array(z.number()) }).optional(),
});

describe('parseWith', () => {
  it('fills in the defaults', () => {
    expect(parseWith(schema, {}, 'options')).toEqual({ epsilon: 0.1, domain: 'log' });
  });

  it.each([
    [{ epsilon: 'small' }, 'epsilon', 'type'],
    [{ epsilon: 0 }, 'epsilon', 'out-of-range'],
    [{ epsilon: Number.NaN }, 'epsilon', 'not-finite'],
    [{ epsilon: Infinity }, 'epsilon', 'not-finite'],
    [{ maxIterations: 0 }, 'maxIterations', 'out-of-range'],
    [{ maxIterations: 1.5 }, 'maxIterations', 'not-integer'],
    [{ maxIterations: '1' }, 'maxIterations', 'type'],
    [{ step: 0.3 }, 'step', 'out-of-range'],
    [{ domain: 'lag' }, 'domain', 'unknown'],
    [{ reg: 1 }, 'reg', 'unknown'],
    [{ inner: { sizes: [1, null] } }, 'inner.sizes.1', 'type'],
    [{ inner: { sizes: [], extra: 1 } }, 'inner.extra', 'unknown'],
    [null, 'options', 'type'],
    [[], 'options', 'type'],
  ])('turns the complaint about %j into an InvalidInputError that names %s', (value, argument, code) => {
    let error: unknown;
    try {
      parseWith(schema, value, 'options');
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(InvalidInputError);
    expect(error).toMatchObject({ argument, code });
    expect((error as Error).message.startsWith(`${argument}: `)).toBe(true);
  });
});

describe('jsonSchemaOf', () => {
  it('describes what is accepted: fields with a default are optional', () => {
    expect(jsonSchemaOf(schema)).toMatchObject({
      type: 'object',
      additionalProperties: false,
      properties: {
        epsilon: { type: 'number', default: 0.1, exclusiveMinimum: 0, description: 'Regularisation' },
        domain: { enum: ['log', 'scaling'] },
      },
    });
    expect(jsonSchemaOf(schema)['required']).toBeUndefined();
  });
});
