"""scikit-learn's side of streaming.ts: seconds of IncrementalPCA over n rows of length d, for several batch sizes."""
import json
import sys
import time

import numpy as np
import sklearn
from sklearn.decomposition import IncrementalPCA

n, d = int(sys.argv[1]), int(sys.argv[2])
rows = np.random.default_rng(1).standard_normal((n, d))
rows[:, 0] *= 3
times = {}
for batch in (d // 5, d, 5 * d):
    model = IncrementalPCA(n_components=1, batch_size=batch)
    start = time.perf_counter()
    for begin in range(0, n, batch):
        model.partial_fit(rows[begin : begin + batch], check_input=False)
    times[str(batch)] = time.perf_counter() - start
print(json.dumps({"version": sklearn.__version__, "times": times}))
