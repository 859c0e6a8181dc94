// The claim of the paper on pretraining in integers: more members give fewer bits.
import { defineClaim, Random } from '@infimum/core';
import { importData } from '@infimum/core/data';
import { eggrollPaper } from '../eggroll/papers.ts';
import { EggModel } from './egg-model.ts';
import { EggVoters } from './train-egg.ts';

const [STEPS, LENGTH, HELD_OUT] = [100, 100, 8000];

/** The paper's claims. */
export const languageClaims = [
  defineClaim({
    id: 'blackbox/eggroll-pretraining',
    paper: eggrollPaper,
    statement: 'A recurrent language model is pretrained in integers alone, and better with larger populations.',
    published: '4.9e6 weights, populations to 2^18: 3.41 bits a byte at best, about 0.4 fewer for eight times the members',
    budget: 180,
    null: 'votes by chance: what members read has no say',
    limit: 'a model of 11 344 weights and populations to 1024',
    bars: [
      { figure: 'bits saved by 256 members for 64', atLeast: 0, source: 'the statement' },
      { figure: 'bits saved by 1024 members for 256', atLeast: 0, source: 'the statement' },
      {
        figure: 'bits below 8 with 1024 members',
        atLeast: 0,
        source: 'the statement: fewer than for bytes that nothing is known of',
      },
    ],
    measure: async (seed) => {
      const { loadHamlet } = await importData(() => import('@infimum/datasets/hamlet'));
      const bytes = new TextEncoder().encode(loadHamlet().text);
      const random = new Random(seed, 0x6c616e67);
      const first = random.integer(bytes.length - HELD_OUT);
      const heldOut = bytes.subarray(first, first + HELD_OUT);
      const text = bytes.map((_, t) => bytes[(first + HELD_OUT + t) % bytes.length]).subarray(0, -HELD_OUT);
      const bitsBy = (members: number, vote?: () => number) => {
        const model = new EggModel({ dim: 16, layers: 1, seed });
        const pairs = members / 2;
        using voters = new EggVoters(model, text, { steps: STEPS, pairs, length: LENGTH, seed });
        for (let step = 0; step < STEPS; step++) {
          voters.update(step, vote ? Int8Array.from({ length: pairs }, vote) : voters.vote(step, 0, pairs).votes);
        }
        return model.bitsPerByte(heldOut);
      };
      const figures = (vote?: () => number) => {
        const [few, more, many] = [64, 256, 1024].map((members) => bitsBy(members, vote));
        const saved = { 'bits saved by 256 members for 64': few - more, 'bits saved by 1024 members for 256': more - many };
        return { ...saved, 'bits below 8 with 1024 members': 8 - many, 'bits@64': few, 'bits@256': more, 'bits@1024': many };
      };
      return { ours: figures(), null: figures(() => 2 * random.integer(2) - 1) };
    },
  }),
];
