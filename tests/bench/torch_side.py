"""The other side of beside_torch_bench.ts: does what it reads from its input, once a line, and prints the seconds.

    pip install torch==2.13.0 transformers==5.23.0
"""

import sys
import time

import torch
from transformers import GPT2LMHeadModel

torch.set_grad_enabled(False)
model = GPT2LMHeadModel.from_pretrained(sys.argv[1], attn_implementation="eager").eval()
for parameter in model.parameters():
    parameter.requires_grad_(False)


def gradient(ids, answer):
    with torch.enable_grad():
        embedded = model.transformer.wte(torch.tensor([ids])).detach().requires_grad_(True)
        model(inputs_embeds=embedded).logits[0, -1, answer].backward()
        return embedded.grad.norm().item()


def generate(ids, count):
    made = model.generate(
        torch.tensor([ids]), max_new_tokens=count, min_new_tokens=count, do_sample=False, pad_token_id=0
    )
    return made[0, len(ids):].tolist()


print("ready", torch.get_num_threads(), flush=True)
for line in sys.stdin:
    work, ids, number = line.split()
    ids = [int(one) for one in ids.split(",")]
    start = time.perf_counter()
    result = (gradient if work == "gradient" else generate)(ids, int(number))
    print(time.perf_counter() - start, result, flush=True)
