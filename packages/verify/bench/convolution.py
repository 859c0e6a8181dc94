"""Trains the small convolutional network of cascade.bench.ts on the digits of 8 x 8 pixels, and writes convolution.onnx.

python convolution.py, with PyTorch, ONNX and scikit-learn.
"""
import pathlib

import torch
from sklearn.datasets import load_digits

torch.manual_seed(3)
torch.set_num_threads(1)
data = load_digits()
images = torch.tensor(data.images / 16, dtype=torch.float32).reshape(-1, 1, 8, 8)
labels = torch.tensor(data.target)
net = torch.nn.Sequential(
    torch.nn.Conv2d(1, 8, 3, stride=2, padding=1),
    torch.nn.ReLU(),
    torch.nn.Conv2d(8, 12, 3, stride=2, padding=1),
    torch.nn.ReLU(),
    torch.nn.Flatten(),
    torch.nn.Linear(48, 32),
    torch.nn.ReLU(),
    torch.nn.Linear(32, 10),
)
optimizer = torch.optim.Adam(net.parameters(), lr=3e-3)
for epoch in range(40):
    for batch in torch.randperm(len(labels)).split(64):
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(net(images[batch]), labels[batch]).backward()
        optimizer.step()
print("share of images with the right label", float((net(images).argmax(1) == labels).float().mean()))
file = pathlib.Path(__file__).with_name("convolution.onnx")
torch.onnx.export(net.eval(), (images[:1],), str(file), input_names=["x"], output_names=["y"], dynamo=False)
