// Where kernels of sparse products find things: addresses in a job (the matrices) and in a thread's scratch memory.

/** The job, 32-bit words: addresses of the arrays of A, B and the mask, and what is to be done. */
export const A_POINTERS: usize = 0;
export const A_COLUMNS: usize = 4;
export const A_VALUES: usize = 8;
export const B_POINTERS: usize = 12;
export const B_COLUMNS: usize = 16;
export const B_VALUES: usize = 20;
export const MASK_POINTERS: usize = 24;
export const MASK_COLUMNS: usize = 28;
/** Columns of B. */
export const COLS: usize = 32;
/** 0 plus-times, 1 min-plus, 2 or-and. */
export const SEMIRING: usize = 36;
/** Whether columns of a row must be in order. */
export const SORTED: usize = 40;
/** Rows are hashed whose columns are spread wider than so many times their products. */
export const RATIO: usize = 44;

/** Scratch memory of a thread, 32-bit words: addresses of its arrays. */
export const SUMS: usize = 0; // a double a column, all the semiring's zero between rows
export const BITS: usize = 4; // a bit a column, all clear between rows
export const SUMMARY: usize = 8; // a bit for every word of BITS
export const TABLE_KEYS: usize = 12; // -1 where free
export const TABLE_VALUES: usize = 16;
export const KEYS: usize = 20; // 64-bit keys to be sorted
export const SPARE_KEYS: usize = 24;
export const ITEMS: usize = 28; // doubles that go with the keys
export const SPARE_ITEMS: usize = 32;
export const FLAGS: usize = 36; // a byte a column, all zero between rows
export const PLACES: usize = 40; // a word a column: where its sum was put last
export const NEXT_PLACE: usize = 44; // the highest place so far
/** 256 counters of the radix sort. */
export const HISTOGRAM: usize = 64;

/** What a kernel tells of its rows, 32-bit words. */
export const ENTRIES: usize = 0;
export const PRODUCTS: usize = 4;
/** Rows that were copied; the numbers of merged, dense and hashed rows follow. */
export const COPIED_ROWS: usize = 8;
export const HASHED_ROWS: usize = 20;
/** The scratch memory that was used, by which the thread is known. */
export const USED_SCRATCH: usize = 28;

/** Elements of A that were read, a row of which the parts are computed one by one once for each part. */
export const ELEMENTS: usize = 32;
/** Products that were stored before they were added up. */
export const STORED: usize = 36;
/** Elements of A and of B that were read to count entries. */
export const COUNTED_ELEMENTS: usize = 40;

/** The i-th 32-bit word of an array. */
@inline
export function word(array: usize, index: i32): i32 {
  return load<i32>(array + ((<usize>index) << 2));
}

/** The i-th double of an array. */
@inline
export function double(array: usize, index: i32): f64 {
  return load<f64>(array + ((<usize>index) << 3));
}

/** An address stored in a job or a scratch memory. */
@inline
export function address(base: usize, field: usize): usize {
  return <usize>load<u32>(base + field);
}
