"""SciPy's solution of a continuous algebraic Riccati equation; the matrices come as JSON. Prints seconds of processor time, the median of 9 means of several calls."""

import json
import sys
import time

import numpy as np
import scipy.linalg

*matrices, calls = json.load(sys.stdin)
a, b, q, r = (np.array(matrix) for matrix in matrices)
times = []
for _ in range(10):
    begin = time.process_time()
    for _ in range(calls):
        scipy.linalg.solve_continuous_are(a, b, q, r)
    times.append((time.process_time() - begin) / calls)
print(sorted(times[1:])[4])
