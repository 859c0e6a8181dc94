// `@infimum/bandits-rl`: what users call.
export {
  exponentialWeights,
  logBarrierFtrl,
  type SimplexLeader,
  tsallisFtrl,
} from './bandits/follow-the-leader.ts';
