// `@infimum/core/data`: instances and tensors from files, and packages of data that need not be installed.
export { importData } from './import-data.ts';
export type { NpyArray } from './instance-file.ts';
export { readMatrix, readObject, readVector } from './instance-file.ts';
export type { SafetensorsFile, Tensor } from './safetensors.ts';
export { decodeNumbers, readSafetensors } from './safetensors.ts';
