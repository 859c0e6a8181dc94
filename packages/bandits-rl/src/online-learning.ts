// `@infimum/bandits-rl/online-learning`: the building blocks of the bandits and of the methods for linear MDPs.
export { exponentialWeights, logBarrierFtrl, type SimplexLeader, tsallisFtrl } from './bandits/follow-the-leader.ts';
export { matrixGeometricResampling, regularizedInverseCovariance } from './linear-mdp/inverse-covariance.ts';
