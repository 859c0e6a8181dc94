// `@infimum/linalg/streaming`: top eigenvectors from one pass over the rows of a matrix.
export type { BlockSchedule } from './streaming/block-schedule.ts';
export { type RowsFromTextOptions, rowsFromFloat64, rowsFromText } from './streaming/row-decoders.ts';
export type { SparseRow } from './streaming/streaming-method.ts';
export type {
  StreamedEigenvectors,
  StreamingMethod,
  StreamingTopEigenvector,
  StreamingTopEigenvectorOptions,
  StreamRow,
} from './streaming/streaming-options.ts';
export {
  createStreamingTopEigenvector,
  streamingTopEigenvector,
  streamingTopEigenvectorAsync,
} from './streaming/streaming-top-eigenvector.ts';
