"""python-control on `bandits-rl/optimal-control`: see bandits_rl_optimal_control.py."""

import control

from . import Peer
from .bandits_rl_optimal_control import PROBLEM, solved_by

SOLVERS = {
    "python-control/care": Peer(
        "python-control: care", PROBLEM, "control", solved_by(lambda a, b, q, r: control.care(a, b, q, r)[0]), "model"
    ),
}
