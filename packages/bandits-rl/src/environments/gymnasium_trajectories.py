"""Writes gymnasium-trajectories.json: states of Gymnasium's classic control under recorded actions.

pip install gymnasium; python gymnasium_trajectories.py > gymnasium-trajectories.json
"""
import json
import gymnasium as gym
import numpy as np

STEPS = 50
rng = np.random.default_rng(1)
runs = {}
for name, start in {
    "CartPole-v1": [0.01, -0.02, 0.03, 0.04],
    "MountainCar-v0": [-0.5, 0.0],
    "MountainCarContinuous-v0": [-0.5, 0.0],
    "Pendulum-v1": [2.0, 0.5],
    "Acrobot-v1": [0.05, -0.03, 0.02, 0.08],
}.items():
    env = gym.make(name).unwrapped
    env.reset(seed=0)
    env.state = np.array(start, dtype=np.float64)
    states, rewards, actions, ended = [], [], [], []
    for k in range(STEPS):
        if name == "CartPole-v1":
            action = 0 if k % 3 == 0 else 1
        elif hasattr(env.action_space, "n"):
            action = int(rng.integers(env.action_space.n))
        else:
            action = np.array([float(np.round(rng.uniform(-2.5, 2.5), 3))])
        _, reward, terminated, _, _ = env.step(action)
        actions.append(float(np.asarray(action).reshape(-1)[0]))
        states.append([float(entry) for entry in env.state])
        rewards.append(float(reward))
        ended.append(bool(terminated))
        if terminated:
            break
    runs[name] = {"start": start, "actions": actions, "states": states, "rewards": rewards, "terminated": ended}
print(json.dumps({"gymnasium": gym.__version__, "runs": runs}))
