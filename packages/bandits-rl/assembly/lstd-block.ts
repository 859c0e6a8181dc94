// The sums of a block of CLSTD: system_kj += sum_i φ_k(i) (a_i φ_j(i+1) - b_i φ_j(i)), right_k -= sum_i φ_k(i) e_i. Never fused.

/** `steps` is even; row k of the features begins at features + 8 k stride. */
export function lstdBlock(
  steps: i32, size: i32, stride: i32, features: usize, a: usize, b: usize, earned: usize, system: usize, right: usize,
): void {
  const row = <usize>stride << 3;
  const end = <usize>steps << 3;
  for (let j = 0; j < size; j++) {
    const own = features + <usize>j * row;
    let income = f64x2.splat(0);
    for (let i: usize = 0; i < end; i += 16) income = f64x2.add(income, f64x2.mul(v128.load(own + i), v128.load(earned + i)));
    subtract(right + (<usize>j << 3), income);
    let k = 0;
    for (; k + 2 <= size; k += 2) {
      const first = features + <usize>k * row;
      const second = first + row;
      let s = f64x2.splat(0);
      let t = s;
      for (let i: usize = 0; i < end; i += 16) {
        const change = f64x2.sub(
          f64x2.mul(v128.load(a + i), v128.load(own + i, 8)),
          f64x2.mul(v128.load(b + i), v128.load(own + i)),
        );
        s = f64x2.add(s, f64x2.mul(v128.load(first + i), change));
        t = f64x2.add(t, f64x2.mul(v128.load(second + i), change));
      }
      add(system + (<usize>(k * size + j) << 3), s);
      add(system + (<usize>((k + 1) * size + j) << 3), t);
    }
    if (k < size) {
      const first = features + <usize>k * row;
      let s = f64x2.splat(0);
      for (let i: usize = 0; i < end; i += 16) {
        const change = f64x2.sub(
          f64x2.mul(v128.load(a + i), v128.load(own + i, 8)),
          f64x2.mul(v128.load(b + i), v128.load(own + i)),
        );
        s = f64x2.add(s, f64x2.mul(v128.load(first + i), change));
      }
      add(system + (<usize>(k * size + j) << 3), s);
    }
  }
}

@inline
function add(at: usize, sums: v128): void {
  store<f64>(at, load<f64>(at) + (f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1)));
}

@inline
function subtract(at: usize, sums: v128): void {
  store<f64>(at, load<f64>(at) - (f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1)));
}
