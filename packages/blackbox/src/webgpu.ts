// `@infimum/blackbox/webgpu`: the batched forward pass of EGGROLL's members on a graphics processor.
export { WebGpuPopulation, type WebGpuPopulationOptions } from './eggroll/web-gpu-population.ts';
