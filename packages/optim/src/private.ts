// `@infimum/optim/private`: optimisation under differential privacy.
export {
  type Accountant,
  type AccountantOptions,
  type Adjacency,
  calibrateNoise,
  createAccountant,
  type PrivacyEvent,
  type PrivacyLedger,
  privacyLossEpsilon,
  rdpOrders,
  renyiEpsilon,
} from './private/accountant.ts';
export type { AuditPrivacyOnceOptions, AuditPrivacyOptions, PrivacyAudit, SingleRunAudit } from './private/audit.ts';
export { auditPrivacy, auditPrivacyOnce } from './private/audit.ts';
export { type DpGdOptions, type DpSgdOptions, dpGd, dpSgd } from './private/dp-gradient-descent.ts';
export {
  concentratedBudget,
  concentratedEpsilon,
  fixedSampleRdp,
  gaussianDelta,
  gaussianEpsilon,
  gaussianMu,
  sampledGaussianRdp,
} from './private/gaussian-privacy.ts';
export { type PrivacyGuarantee, type PrivacyPremises, privacyGuarantee } from './private/guarantee.ts';
export { type JlGlmOptions, jlGlm, type LinearRecords } from './private/jl-glm.ts';
export type { SampledGaussian } from './private/loss-distribution.ts';
export { type PrivateClassifier, type PrivateClassifierOptions, privateClassifier } from './private/private-classifier.ts';
export {
  distanceLoss,
  exactGradientNorm,
  huberLoss,
  type LinkName,
  linearLoss,
  type PrivateLoss,
} from './private/private-loss.ts';
export type { PrivateSolution } from './private/private-run.ts';
export { type PrivateSpiderBoostOptions, privateSpiderBoost } from './private/private-spider-boost.ts';
export { type PrivateSpiderTreeOptions, privateSpiderTree } from './private/private-spider-tree.ts';
export { type RecursiveRegularizationOptions, recursiveRegularization } from './private/recursive-regularization.ts';
