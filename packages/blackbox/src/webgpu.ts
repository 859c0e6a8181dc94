// `@infimum/blackbox/webgpu`: the batched forward pass of EGGROLL's members on a graphics processor.
export { WebGpuPopulation, type WebGpuSettings } from './eggroll/web-gpu-population.ts';
