"""PyAMG's side of relaxation.ts: milliseconds of a Gauss-Seidel sweep on each grid of the JSON list in the first argument."""
import json
import sys
import time

import numpy as np
from pyamg.gallery import poisson
from pyamg.relaxation.relaxation import gauss_seidel

times = []
for side in json.loads(sys.argv[1]):
    a = poisson((side, side), format="csr")
    b = np.random.default_rng(1).standard_normal(side * side)
    x = np.zeros(side * side)
    sweeps = max(4, round(4e6 / side**2))
    gauss_seidel(a, x, b)
    start = time.thread_time()
    gauss_seidel(a, x, b, iterations=sweeps)
    times.append(1000 * (time.thread_time() - start) / sweeps)
print(json.dumps(times))
