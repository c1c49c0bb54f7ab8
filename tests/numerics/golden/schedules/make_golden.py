"""Writes schedules.json beside itself: the learning rate of every step as transformers' get_scheduler gives it.

Made with transformers 5.12 and torch 2.14.
"""
import itertools, json, math, pathlib
import torch
from transformers import get_scheduler

CASES = [
    ("linear", {}), ("cosine", {}), ("cosine", {"num_cycles": 1.25}), ("cosine_with_restarts", {}),
    ("cosine_with_restarts", {"num_cycles": 3}), ("cosine_with_min_lr", {"min_lr_rate": 0.1}),
    ("cosine_with_min_lr", {"min_lr": 3e-5, "num_cycles": 0.75}), ("cosine_warmup_with_min_lr", {"min_lr_rate": 0.05}),
    ("cosine_warmup_with_min_lr", {"min_lr": 1e-5, "warmup_lr_rate": 0.2}), ("polynomial", {}),
    ("polynomial", {"lr_end": 1e-5, "power": 2.5}), ("constant", {}), ("constant_with_warmup", {}), ("inverse_sqrt", {}),
    ("inverse_sqrt", {"timescale": 7}), ("warmup_stable_decay", {"num_decay_steps": 6}),
    ("warmup_stable_decay", {"num_decay_steps": 5, "num_stable_steps": 3, "min_lr_ratio": 0.1, "decay_type": "linear", "warmup_type": "cosine"}),
    ("warmup_stable_decay", {"num_decay_steps": 8, "min_lr_ratio": 0.02, "decay_type": "1-sqrt", "warmup_type": "1-sqrt"}),
]

out = []
for (name, kwargs), (peak, warmup, steps) in itertools.product(CASES, [(1e-3, 0, 20), (2.5e-4, 4, 20), (5e-2, 5, 23)]):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=peak)
    scheduler = get_scheduler(name, optimizer, warmup, steps, scheduler_specific_kwargs=kwargs)
    rates = []
    for _ in range(steps):
        rates.append(scheduler.get_last_lr()[0])
        optimizer.step()
        scheduler.step()
    out.append({"type": name, "kwargs": kwargs, "peak": peak, "warmup_steps": warmup, "steps": steps, "rates": rates})

lines = ",\n".join(json.dumps(case) for case in out)
(pathlib.Path(__file__).parent / "schedules.json").write_text(f"[\n{lines}\n]\n")
