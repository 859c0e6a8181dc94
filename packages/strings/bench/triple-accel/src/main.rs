// The search of the crate triple_accel, for bench/search.ts: reads text and pattern from a file, writes nanoseconds
// (best of some repeats), the number of hits, and the sum of their positions and distances.
use std::time::Instant;
use triple_accel::hamming::hamming_search_simd_with_opts;
use triple_accel::SearchType;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let symbols = std::fs::read(&arguments[1]).unwrap();
    let n: usize = arguments[2].parse().unwrap();
    let k: u32 = arguments[3].parse().unwrap();
    let (text, pattern) = symbols.split_at(n);
    let mut best = f64::INFINITY;
    let mut hits = 0;
    let mut sum = 0;
    for _ in 0..5 {
        let start = Instant::now();
        let found: Vec<_> = hamming_search_simd_with_opts(pattern, text, k, SearchType::All).collect();
        best = best.min(start.elapsed().as_nanos() as f64);
        hits = found.len();
        sum = found.iter().map(|hit| hit.start + hit.k as usize).sum();
    }
    println!("{best} {hits} {sum}");
}
