"""The other side of table_bench.ts: does what it reads from its input, a line of JSON each time, and prints the seconds.

    pip install torch==2.13.0 transformers==5.23.0 transformer-lens==4.3.0

"""

import json
import sys
import time

import torch
from transformers import GPT2LMHeadModel

torch.set_grad_enabled(False)
folder = sys.argv[1]
started = time.perf_counter()
model = GPT2LMHeadModel.from_pretrained(folder, attn_implementation="eager").eval()
for parameter in model.parameters():
    parameter.requires_grad_(False)
_bridge = None


def bridge():
    """TransformerLens round the same weights, made when it is first asked for."""
    global _bridge
    if _bridge is None:
        from transformer_lens import TransformerBridge

        # Its own copy: what it hooks into a model stays there, and would slow the rows of transformers.
        own = GPT2LMHeadModel.from_pretrained(folder, attn_implementation="eager").eval()
        _bridge = TransformerBridge.boot_transformers(folder, hf_model=own, device="cpu", tokenizer=None)
        _bridge.enable_compatibility_mode()
    return _bridge


def metric(logits):
    return logits[0, -1, 5] - logits[0, -1, 9]


def forward(ids):
    return model(torch.tensor([ids])).logits[0, -1, 5].item()


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


def capture(ids):
    _, cache = bridge().run_with_cache(torch.tensor([ids]))
    return len(cache)


def grid(clean, corrupt, kind):
    from transformer_lens import patching

    _, cache = bridge().run_with_cache(torch.tensor([clean]))
    of = {"layers by positions": patching.get_act_patch_resid_pre, "heads by positions": patching.get_act_patch_attn_head_out_by_pos}
    return of[kind](bridge(), torch.tensor([corrupt]), cache, metric).flatten()[:2].tolist()


def attribution(clean, corrupt):
    from transformer_lens.tools.analysis import attribution_patch

    with torch.enable_grad():
        attribution_patch(bridge(), torch.tensor([clean]), torch.tensor([corrupt]), metric)


WORK = {
    "forward": forward,
    "gradient": gradient,
    "generate": generate,
    "capture": capture,
    "grid": grid,
    "attribution": attribution,
    "boot": lambda: bridge() and None,
}

print(json.dumps({"threads": torch.get_num_threads(), "load": time.perf_counter() - started}), flush=True)
for line in sys.stdin:
    call = json.loads(line)
    start = time.perf_counter()
    try:
        result = WORK[call["work"]](*call["with"])
        print(json.dumps({"seconds": time.perf_counter() - start, "result": result}), flush=True)
    except Exception as error:  # the other side says what went wrong, and goes on
        print(json.dumps({"error": repr(error)[:300]}), flush=True)
