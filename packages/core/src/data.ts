// `@infimum/core/data`: instances and tensors from files, and packages of data that need not be installed.
export { importData } from './import-data.ts';
export { type NpyArray, readMatrix, readObject, readVector } from './instance-file.ts';
export { decodeNumbers, readSafetensors, type SafetensorsFile, type Tensor } from './safetensors.ts';
