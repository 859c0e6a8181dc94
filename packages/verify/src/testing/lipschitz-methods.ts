// The methods of `localLipschitz` by name, for tests that compare them.
import type { LipschitzInstance } from '../lipschitz/local-lipschitz.ts';
import type { LocalLipschitzOptions } from '../lipschitz/propagated-lipschitz.ts';
import { localLipschitz } from '../lipschitz/propagated-lipschitz.ts';

const by =
  (method: 'interval' | 'recurjac' | 'norms') =>
  (instance: LipschitzInstance, options: LocalLipschitzOptions = {}) =>
    localLipschitz(instance, { ...options, method });

export const intervalLipschitz = /* @__PURE__ */ by('interval');
export const recurjac = /* @__PURE__ */ by('recurjac');
export const naiveLipschitz = /* @__PURE__ */ by('norms');
