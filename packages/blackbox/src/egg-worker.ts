// `@infimum/blackbox/egg-worker`: the code of the workers of `trainEggOn`.
import { checkObject } from '@infimum/core';
import { EggModel, eggChecksum } from './language/egg-model.ts';
import type { EggVotesAnswer, EggVotesInput } from './language/train-egg.ts';
import { EggVoters } from './language/train-egg.ts';

/** A replica, and the number of steps it has received. */
interface Replica {
  readonly model: EggModel;
  readonly voters: EggVoters;
  readonly pairs: number;
  seen: number;
}

const replicas = new Map<string, Replica>();

/**
 * Scores some pairs of a step with the replica of this worker, after applying the votes it received; reports if it needs more. The last
 * replicas are kept, two runs at most.
 */
export function eggVotes(input: EggVotesInput): EggVotesAnswer {
  checkObject(input, 'input');
  const { run, begin, step, votes, from, first, last } = input;
  let replica = replicas.get(run);
  if (!replica && begin) {
    const model = new EggModel({ dim: begin.dim, layers: begin.layers });
    model.weights.set(begin.weights);
    const voters = new EggVoters(model, begin.bytes, begin.training);
    replica = { model, voters, pairs: begin.training.pairs, seen: 0 };
    for (const [name, old] of [...replicas].slice(0, -1)) {
      old.voters[Symbol.dispose]();
      replicas.delete(name);
    }
    replicas.set(run, replica);
  }
  if (!replica || replica.seen < from) return { total: 0, checksum: 0, seen: replica?.seen ?? -1 };
  while (replica.seen < step) {
    replica.voters.update(replica.seen, votes[replica.seen - from]);
    replica.seen++;
  }
  const checksum = eggChecksum(replica.model.weights);
  return { ...replica.voters.vote(step, first, last), checksum, seen: replica.seen };
}
