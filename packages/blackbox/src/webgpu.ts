// `@infimum/blackbox/webgpu`: the batched forward pass of EGGROLL's members on a graphics processor.
export { type WebGpuOptions, WebGpuPopulation } from './eggroll/web-gpu-population.ts';
