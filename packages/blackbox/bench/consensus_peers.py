"""How many of CBXpy's runs end near the minimiser: argument JSON {name, d, factor, population, alpha, grows, sigma, steps, runs}."""
import json
import sys

import numpy as np
from cbx.dynamics import CBO
from cbx.scheduler import multiply

REQUEST = json.loads(sys.argv[1])
d = REQUEST["d"]
MINIMISER = np.where(np.arange(d) % 2 == 0, 1.3, -0.7)


def ackley(z):
    root = np.sqrt((z * z).mean(axis=-1))
    return 20 * (1 - np.exp(-0.2 * root)) + np.e - np.exp(np.cos(2 * np.pi * z).mean(axis=-1))


def rastrigin(height):
    return lambda z: (z * z + height * (1 - np.cos(2 * np.pi * z))).sum(axis=-1)


FUNCTION = {"ackley": ackley, "rastrigin-2.5": rastrigin(2.5), "rastrigin": rastrigin(10.0)}[REQUEST["name"]]
np.random.seed(1)
start = 2 * np.random.standard_normal((REQUEST["runs"], REQUEST["population"], d))
dynamics = CBO(
    lambda x: REQUEST["factor"] * FUNCTION(x - MINIMISER), x=start, f_dim="3D", noise="anisotropic", alpha=REQUEST["alpha"],
    sigma=REQUEST["sigma"], lamda=1.0, dt=0.01, max_it=10**9, term_criteria=[], verbosity=0, seed=1,
)
schedule = multiply(factor=1.05, maximum=1e5)
for _ in range(REQUEST["steps"]):
    dynamics.step()
    if REQUEST["grows"]:
        schedule.update(dynamics)
consensus = dynamics.consensus.reshape(REQUEST["runs"], d)
print(int((np.abs(consensus - MINIMISER).max(axis=1) < 0.1).sum()))
