// The public functions of this package.
export * from './dot.ts';
export * from './exact.ts';
export * from './interval.ts';
export * from './jets.ts';
export * from './matrix.ts';
export * from './rounding.ts';
