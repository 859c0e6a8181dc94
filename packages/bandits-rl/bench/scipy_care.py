"""SciPy's solution of a continuous algebraic Riccati equation; the matrices come as JSON. Prints seconds of processor time, the median of 9."""

import json
import sys
import time

import numpy as np
import scipy.linalg

a, b, q, r = (np.array(matrix) for matrix in json.load(sys.stdin))
times = []
for _ in range(10):
    begin = time.process_time()
    scipy.linalg.solve_continuous_are(a, b, q, r)
    times.append(time.process_time() - begin)
print(sorted(times[1:])[4])
