// `@infimum/bandits-rl/online-learning`: what the bandits and the methods for linear MDPs are made of.
export { exponentialWeights, logBarrierFtrl, type SimplexLeader, tsallisFtrl } from './bandits/follow-the-leader.ts';
export { matrixGeometricResampling, regularizedInverseCovariance } from './linear-mdp/inverse-covariance.ts';
