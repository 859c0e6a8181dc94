"""The same of CBXpy and of a lean step in NumPy: nanoseconds of processor time a particle-coordinate, 20 variables."""
import json
import sys
import time

import numpy as np
from cbx.dynamics import CBO

D, STEPS = 20, 20
count = int(sys.argv[1])
dynamics = CBO(lambda x: np.zeros(x.shape[:-1]), d=D, N=count, M=1, noise="anisotropic", max_it=STEPS, alpha=1.0, verbosity=0)
dynamics.step()
before = time.process_time()
for _ in range(STEPS):
    dynamics.step()
cbx = (time.process_time() - before) * 1e9 / (count * D * STEPS)
generator = np.random.default_rng(1)
x = generator.standard_normal((count, D))
noise, distance, values = np.empty_like(x), np.empty_like(x), np.zeros(count)
before = time.process_time()
for _ in range(STEPS):
    weights = np.exp(-(values - values.min()))
    np.subtract(x, weights @ x / weights.sum(), out=distance)
    generator.standard_normal(out=noise)
    noise *= distance
    noise *= 0.51
    x += noise
    distance *= 0.01
    x -= distance
lean = (time.process_time() - before) * 1e9 / (count * D * STEPS)
print(json.dumps({"cbx": cbx, "lean": lean}))
