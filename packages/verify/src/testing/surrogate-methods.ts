// The methods of `minimizeSurrogate` by name, for tests that compare them.
import type { MinimizeSurrogateOptions } from '../attacks/minimize-surrogate.ts';
import { minimizeSurrogate } from '../attacks/minimize-surrogate.ts';
import type { SurrogateInstance } from '../attacks/network-surrogate.ts';

const by =
  (method: NonNullable<MinimizeSurrogateOptions['method']>) =>
  (instance: SurrogateInstance, options: MinimizeSurrogateOptions = {}) =>
    minimizeSurrogate(instance, { ...options, method });

export const attackDirectSearch = /* @__PURE__ */ by('attack-direct-search');
export const attackSearch = /* @__PURE__ */ by('attack');
export const coveringDirectSearch = /* @__PURE__ */ by('covering-direct-search');
export const madsSearch = /* @__PURE__ */ by('mads');
export const randomLineSearch = /* @__PURE__ */ by('random-lines');
export const evolutionSearch = /* @__PURE__ */ by('cma-es');
export const gradientSearch = /* @__PURE__ */ by('adam');
