// The texts and patterns of the registered problems: synthetic families and real data.
import type { Family, OptionSpecs, RegisteredOptions } from '@infimum/core';
import { defineFamily } from '@infimum/core';
import { balancedPair, markovText, periodicPair, plantedPattern, uniformPair, zipfPair } from './instances.ts';
import type { SymbolPair } from './symbols.ts';

/** What a problem adds to a pair: nothing, a bound k, an epsilon. */
export interface Extra<Added extends object> {
  /** The addition's parameters. */
  readonly params: OptionSpecs;
  /** The addition, from the parameters. */
  add(params: Record<string, unknown>): Added;
}

/** Sizes for the suites. */
export interface FamilySizes {
  readonly quick: { readonly n: number; readonly m: number };
  /** Sizes, and what else varies, in all synthetic families. */
  readonly full: readonly ({ readonly n: number; readonly m: number } & Readonly<Record<string, number>>)[];
  /** What else varies with the length of the pattern where the text is given. */
  readonly real: readonly Readonly<Record<string, number>>[];
  /** First cell of the Markov chain in the quick suite; the sizes of the others by default. */
  readonly markov?: Readonly<Record<string, number>>;
}

/** Bases and letters of the real texts. */
const PHAGE_LENGTH = 48_502;
const CONSTITUTION_LENGTH = 45_345;

/** The families of a problem whose instances are pairs with an addition. */
export function pairFamilies<Added extends object>(
  extra: Extra<Added>,
  sizes: FamilySizes,
): Record<string, Family<SymbolPair & Added>> {
  const n = { type: 'integer', min: 1, max: 2 ** 24, default: sizes.quick.n, description: 'Symbols of the text' } as const;
  const m = { type: 'integer', min: 1, max: 2 ** 20, default: sizes.quick.m, description: 'Symbols of the pattern' } as const;
  const symbols = (count: number) =>
    ({ type: 'integer', min: 1, max: 2 ** 24, default: count, description: 'Size of the alphabet' }) as const;
  const prefix = (length: number) =>
    ({
      type: 'integer',
      min: 1,
      max: length,
      default: length,
      description: 'Symbols of the text, from its beginning',
    }) as const;
  const planted = { type: 'integer', min: 0, default: 20, description: 'Mismatches of the planted occurrence' } as const;
  const suites = (...alphabets: number[]) => ({
    quick: [{ symbols: alphabets[0] }],
    full: sizes.full.flatMap((size) => alphabets.map((symbols) => ({ ...size, symbols }))),
  });
  const family = <const Shape extends OptionSpecs>(definition: {
    title: string;
    description: string;
    real: boolean;
    shape: Shape;
    suites: { quick: Partial<RegisteredOptions<OptionSpecs>>[]; full: Partial<RegisteredOptions<OptionSpecs>>[] };
    generate(params: RegisteredOptions<Shape>, seed: number): SymbolPair | Promise<SymbolPair>;
  }): Family<SymbolPair & Added> => {
    const { title, description, real, shape, suites, generate } = definition;
    const combine = (pair: SymbolPair, params: object) => ({ ...pair, ...extra.add({ ...params }) });
    return defineFamily<SymbolPair & Added, OptionSpecs>({
      title,
      description,
      real,
      params: { ...shape, ...extra.params },
      suites,
      generate: (params, seed) => {
        const made = generate(params as RegisteredOptions<Shape>, seed);
        return made instanceof Promise ? made.then((pair) => combine(pair, params)) : combine(made, params);
      },
    });
  };
  return {
    uniform: family({
      title: 'Uniform symbols',
      description: 'Independent symbols, all equally likely.',
      real: false,
      shape: { n, m, symbols: symbols(256) },
      suites: suites(4, 256, 4096),
      generate: (params, seed) => uniformPair(params, seed),
    }),
    balanced: family({
      title: 'Balanced symbols',
      description:
        'Every symbol equally often, shuffled; by default about sqrt(m) symbols, for which transforms and pairs cost the same.',
      real: false,
      shape: {
        n,
        m,
        symbols: { type: 'integer', min: 1, max: 2 ** 24, description: 'Size of the alphabet; by default sqrt(m)' },
      },
      suites: { quick: [{}], full: sizes.full.map((size) => ({ ...size })) },
      generate: (params, seed) => balancedPair({ ...params, symbols: params.symbols ?? Math.round(Math.sqrt(params.m)) }, seed),
    }),
    zipf: family({
      title: 'Zipf symbols',
      description: 'Independent symbols, the k-th with a probability proportional to 1/k.',
      real: false,
      shape: { n, m, symbols: symbols(4096) },
      suites: suites(4096),
      generate: (params, seed) => zipfPair(params, seed),
    }),
    periodic: family({
      title: 'Periodic with noise',
      description: 'A repeated random motif, with some symbols replaced at random: many shifts are close.',
      real: false,
      shape: {
        n,
        m,
        symbols: symbols(4),
        period: { type: 'integer', min: 1, default: 7, description: 'Length of the motif' },
        noise: { type: 'number', min: 0, max: 1, default: 0.01, description: 'Probability that a symbol is replaced' },
      },
      suites: suites(4),
      generate: (params, seed) => periodicPair(params, params, seed),
    }),
    equal: family({
      title: 'One symbol',
      description: 'Text and pattern repeat one symbol, the pattern ends with another where `stranger` is set.',
      real: false,
      shape: {
        n,
        m,
        stranger: { type: 'boolean', default: true, description: 'Whether the pattern ends with another symbol' },
      },
      suites: { quick: [{}], full: sizes.full.map((size) => ({ ...size })) },
      generate: ({ n, m, stranger }) => {
        const pattern = new Uint8Array(m);
        if (stranger) pattern[m - 1] = 1;
        return { text: new Uint8Array(n), pattern };
      },
    }),
    markov: family({
      title: 'DNA of a Markov chain',
      description:
        'Bases that depend on the three before them as in the phage lambda; the pattern is cut from the text, with some bases replaced.',
      real: false,
      shape: { n, m, planted },
      suites: { quick: [{ ...sizes.markov }], full: sizes.full.map((size) => ({ ...size })) },
      generate: async ({ n, m, planted }, seed) => {
        const { loadLambdaPhage } = await import('./lambda-phage.ts');
        return plantedPattern(markovText(loadLambdaPhage(), n, seed), m, planted, seed);
      },
    }),
    dna: family({
      title: 'Phage lambda',
      description: 'The 48 502 bases of the phage lambda; the pattern is cut from them, with some bases replaced.',
      real: true,
      shape: {
        n: prefix(PHAGE_LENGTH),
        m: { type: 'integer', min: 1, max: PHAGE_LENGTH, default: 1000, description: 'Symbols of the pattern' },
        planted,
      },
      suites: {
        quick: [{ n: sizes.quick.n, m: sizes.quick.m }],
        full: [100, 1000, 10_000].flatMap((m) => sizes.real.map((added) => ({ m, ...added }))),
      },
      generate: async ({ n, m, planted }, seed) => {
        const { loadLambdaPhage } = await import('./lambda-phage.ts');
        return plantedPattern(loadLambdaPhage().subarray(0, n), m, planted, seed);
      },
    }),
    english: family({
      title: 'English text',
      description: 'The constitution of the United States; the pattern is cut from it, with some letters replaced.',
      real: true,
      shape: {
        n: prefix(CONSTITUTION_LENGTH),
        m: { type: 'integer', min: 1, max: CONSTITUTION_LENGTH, default: 200, description: 'Symbols of the pattern' },
        planted,
      },
      suites: {
        quick: [{ n: sizes.quick.n, m: Math.ceil(sizes.quick.m / 2) }],
        full: [{ m: 40, planted: 4 }, { m: 400 }, { m: 4000 }].flatMap((cell) =>
          sizes.real.map((added) => ({ ...cell, ...added })),
        ),
      },
      generate: async ({ n, m, planted }, seed) => {
        const { loadUsConstitution } = await import('./us-constitution.ts');
        const text = Uint8Array.from(loadUsConstitution().slice(0, n), (letter) => letter.charCodeAt(0));
        return plantedPattern(text, m, planted, seed);
      },
    }),
  };
}
