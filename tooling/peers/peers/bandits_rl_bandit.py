"""Peers for `bandits-rl/bandit`: the policies of MABWiser, one decision and one lesson a round.

Instance: `rewards`, one round a row, one arm a column; perhaps `contexts`, one row a round. Solution: the `arms` played and
the `probabilities`, which MABWiser does not tell: 1 for the arm that it names.
"""

import numpy as np
from mabwiser.mab import MAB, LearningPolicy

from . import Declined, Peer, Result

PROBLEM = "bandits-rl/bandit"


def playing(policy, contextual=False):
    def solve(instance, options, clock):
        rewards, contexts = instance["rewards"], instance.get("contexts")
        if contextual and contexts is None:
            raise Declined("needs contexts; take ucb1 or softmax")
        rounds, count = rewards.shape
        arms = np.zeros(rounds, dtype=np.int32)
        bandit = MAB(list(range(count)), policy(), seed=options.get("seed", 0))
        with clock:
            more = {"contexts": contexts[:1]} if contextual else {}
            bandit.fit(decisions=[0], rewards=[rewards[0, 0]], **more)
            for t in range(1, rounds):
                row = contexts[t : t + 1] if contextual else None
                arm = bandit.predict(row)
                arms[t] = arm
                more = {"contexts": row} if contextual else {}
                bandit.partial_fit([arm], [rewards[t, arm]], **more)
        solution = {"arms": arms, "probabilities": np.ones(rounds)}
        return Result(solution, "stalled", f"all {rounds} rounds were played", rounds)

    return solve


SOLVERS = {
    "mabwiser/ucb1": Peer("MABWiser: UCB1", PROBLEM, "mabwiser", playing(lambda: LearningPolicy.UCB1(alpha=1))),
    "mabwiser/thompson": Peer(
        "MABWiser: Thompson sampling", PROBLEM, "mabwiser", playing(lambda: LearningPolicy.ThompsonSampling())
    ),
    "mabwiser/epsilon-greedy": Peer(
        "MABWiser: ε-greedy", PROBLEM, "mabwiser", playing(lambda: LearningPolicy.EpsilonGreedy(epsilon=0.05))
    ),
    "mabwiser/lin-ucb": Peer(
        "MABWiser: LinUCB", PROBLEM, "mabwiser", playing(lambda: LearningPolicy.LinUCB(alpha=1), contextual=True)
    ),
}
