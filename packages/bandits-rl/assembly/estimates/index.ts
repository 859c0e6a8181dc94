// What policy optimisation computes of the features of a layer: covariance, products in a metric, means of the negative ones.
// `src/linear-mdp/estimate-kernels.ts` documents each of them. Features lie by coordinates, so that lanes are pairs of a state and an
// action; eight of them go together. Nothing is fused, so that all builds give the bits of the plain loops.

export function covarianceOf(pairs: i32, d: i32, features: usize, weights: usize, out: usize): void {
  const row = <usize>pairs << 3;
  for (let i = 0; i < d; i++) {
    const first = features + <usize>i * row;
    for (let j = 0; j <= i; j++) {
      const second = features + <usize>j * row;
      let a = f64x2.splat(0);
      let b = a;
      for (let at: usize = 0; at < row; at += 32) {
        a = f64x2.add(a, f64x2.mul(f64x2.mul(v128.load(weights + at), v128.load(first + at)), v128.load(second + at)));
        b = f64x2.add(
          b,
          f64x2.mul(f64x2.mul(v128.load(weights + at, 16), v128.load(first + at, 16)), v128.load(second + at, 16)),
        );
      }
      const sum = f64x2.add(a, b);
      store<f64>(out + (<usize>(i * d + j) << 3), f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1));
    }
  }
}

export function metricProducts(
  pairs: i32, d: i32, features: usize, metric: usize, played: i32, images: usize, gains: usize, norms: usize,
): void {
  const row = <usize>pairs << 3;
  for (let at: usize = 0; at < row; at += 32) {
    let m = metric;
    let n0 = f64x2.splat(0);
    let n1 = n0;
    for (let k: usize = 0; k < <usize>d; k++) {
      let f = features + at;
      let z0 = f64x2.splat(0);
      let z1 = z0;
      for (let j = 0; j < d; j++) {
        const factor = v128.load64_splat(m);
        z0 = f64x2.add(z0, f64x2.mul(factor, v128.load(f)));
        z1 = f64x2.add(z1, f64x2.mul(factor, v128.load(f, 16)));
        m += 8;
        f += row;
      }
      v128.store(images + k * row + at, z0);
      v128.store(images + k * row + at, z1, 16);
      n0 = f64x2.add(n0, f64x2.mul(v128.load(features + k * row + at), z0));
      n1 = f64x2.add(n1, f64x2.mul(v128.load(features + k * row + at, 16), z1));
    }
    v128.store(norms + at, n0);
    v128.store(norms + at, n1, 16);
  }
  images += <usize>played << 3;
  for (let at: usize = 0; at < row; at += 32) {
    let f = features + at;
    let z = images;
    let g0 = f64x2.splat(0);
    let g1 = g0;
    for (let k = 0; k < d; k++) {
      const factor = v128.load64_splat(z);
      g0 = f64x2.add(g0, f64x2.mul(factor, v128.load(f)));
      g1 = f64x2.add(g1, f64x2.mul(factor, v128.load(f, 16)));
      f += row;
      z += row;
    }
    v128.store(gains + at, g0);
    v128.store(gains + at, g1, 16);
  }
}

export function negativeMeans(pairs: i32, d: i32, features: usize, images: usize, weights: usize, out: usize): void {
  const row = <usize>pairs << 3;
  const zero = f64x2.splat(0);
  for (let at: usize = 0; at < row; at += 64) {
    let m0 = zero;
    let m1 = zero;
    let m2 = zero;
    let m3 = zero;
    for (let other: usize = 0; other < row; other += 8) {
      if (load<f64>(weights + other) == 0) continue;
      let f = features + at;
      let z = images + other;
      let factor = v128.load64_splat(z);
      let g0 = f64x2.mul(factor, v128.load(f));
      let g1 = f64x2.mul(factor, v128.load(f, 16));
      let g2 = f64x2.mul(factor, v128.load(f, 32));
      let g3 = f64x2.mul(factor, v128.load(f, 48));
      for (let k = 1; k < d; k++) {
        f += row;
        z += row;
        factor = v128.load64_splat(z);
        g0 = f64x2.add(g0, f64x2.mul(factor, v128.load(f)));
        g1 = f64x2.add(g1, f64x2.mul(factor, v128.load(f, 16)));
        g2 = f64x2.add(g2, f64x2.mul(factor, v128.load(f, 32)));
        g3 = f64x2.add(g3, f64x2.mul(factor, v128.load(f, 48)));
      }
      // The smaller of the two, and what is no number stays so.
      const weight = v128.load64_splat(weights + other);
      m0 = f64x2.add(m0, f64x2.mul(weight, f64x2.pmin(g0, zero)));
      m1 = f64x2.add(m1, f64x2.mul(weight, f64x2.pmin(g1, zero)));
      m2 = f64x2.add(m2, f64x2.mul(weight, f64x2.pmin(g2, zero)));
      m3 = f64x2.add(m3, f64x2.mul(weight, f64x2.pmin(g3, zero)));
    }
    v128.store(out + at, m0);
    v128.store(out + at, m1, 16);
    v128.store(out + at, m2, 32);
    v128.store(out + at, m3, 48);
  }
}
