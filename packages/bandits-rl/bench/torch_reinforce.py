"""REINFORCE on CartPole in PyTorch: the carts of a batch step together, the gradient is one backward pass.

Prints steps a second of processor time. Arguments: carts, updates, widths of hidden layers.
"""

import json
import math
import sys
import time

import numpy as np
import torch

torch.set_num_threads(1)
torch.manual_seed(0)
carts, updates, hidden = int(sys.argv[1]), int(sys.argv[2]), json.loads(sys.argv[3])
sizes = [4, *hidden, 2]
layers = []
for a, b in zip(sizes, sizes[1:]):
    layers += [torch.nn.Linear(a, b, bias=len(hidden) > 0), torch.nn.Tanh()]
policy = torch.nn.Sequential(*layers[:-1])
optimiser = torch.optim.SGD(policy.parameters(), lr=1e-4)
random = np.random.default_rng(1)


def step(state, action):
    """Gymnasium's dynamics for all carts."""
    x, speed, angle, turn = state.T
    cos, sin = np.cos(angle), np.sin(angle)
    force = np.where(action == 1, 10.0, -10.0)
    temp = (force + 0.05 * turn * turn * sin) / 1.1
    bend = (9.8 * sin - cos * temp) / (0.5 * (4.0 / 3.0 - 0.1 * cos * cos / 1.1))
    push = temp - 0.05 * bend * cos / 1.1
    following = np.stack([x + 0.02 * speed, speed + 0.02 * push, angle + 0.02 * turn, turn + 0.02 * bend], axis=1)
    alive = (np.abs(following[:, 0]) <= 2.4) & (np.abs(following[:, 2]) <= 12 * math.pi / 180)
    return following, alive


def episodes():
    state = random.uniform(-0.05, 0.05, (carts, 4))
    alive = np.ones(carts, bool)
    observations, actions, masks = [], [], []
    with torch.inference_mode():
        for _ in range(200):
            odds = torch.softmax(policy(torch.from_numpy(state.astype(np.float32))), 1)[:, 1].numpy()
            action = (random.random(carts) < odds).astype(np.int64)
            observations.append(state)
            actions.append(action)
            masks.append(alive)
            state, still = step(state, action)
            alive = alive & still
            if not alive.any():
                break
    return np.stack(observations), np.stack(actions), np.stack(masks)


def update():
    observations, actions, masks = episodes()
    returns = np.zeros(masks.shape)
    ahead = np.zeros(carts)
    for h in range(len(masks) - 1, -1, -1):
        ahead = masks[h] * (1 + 0.99 * ahead)
        returns[h] = ahead
    advantage = (returns - returns.mean(axis=1, keepdims=True)) * masks * 0.99 ** np.arange(len(masks))[:, None]
    logits = policy(torch.from_numpy(observations.reshape(-1, 4).astype(np.float32)))
    log_odds = torch.log_softmax(logits, 1).gather(1, torch.from_numpy(actions.reshape(-1, 1)))[:, 0]
    loss = -(log_odds * torch.from_numpy(advantage.reshape(-1).astype(np.float32))).sum() / carts
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()
    return int(masks.sum())


for _ in range(max(1, updates // 4)):
    update()
begin = time.process_time()
steps = sum(update() for _ in range(updates))
print(json.dumps(steps / (time.process_time() - begin)))
