"""CLSTD with two features in vectorised NumPy: the median steps a second of processor time over several runs."""

import json
import os
import time

os.environ["OPENBLAS_NUM_THREADS"] = "1"
import numpy as np  # noqa: E402

STEPS, STEP, DISCOUNT = 400_000, 0.05, 0.5
states = np.random.default_rng(1).standard_normal(STEPS + 1).cumsum() * 0.001
times = np.arange(STEPS + 1) * STEP
rewards = states[:-1] ** 2


def clstd():
    steps = np.diff(times)
    features = np.empty((2, STEPS + 1))
    features[0] = 1
    np.multiply(states, states, out=features[1])
    differences = features[:, 1:] - features[:, :-1] * (1 + DISCOUNT * steps)
    return np.linalg.solve(features[:, :-1] @ differences.T, -features[:, :-1] @ (rewards * steps))


def rate():
    begin = time.process_time()
    clstd()
    return STEPS / (time.process_time() - begin)


clstd()
print(json.dumps(float(np.median([rate() for _ in range(9)]))))
