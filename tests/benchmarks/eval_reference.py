"""Loss and greedy answers of one model on held-out rows with transformers, and with PEFT where an adapter is named.

    python3 eval_reference.py MODEL DATASET [ADAPTER]

What `eval` of LoraMesh.Benchmarks does for one contender: mean loss over every row of test.safetensors, in batches of like
length of at most 2,048 tokens, and greedy answers of at most 48 tokens to the first 120 rows of test.jsonl, 16 at a time, padded
on the left. Prints one JSON object; the imports do not count.
"""
import json
import resource
import sys
import time

import torch
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM, AutoTokenizer

ROWS, NEW, BATCH, TOKENS = 120, 48, 16, 2048


@torch.no_grad()
def loss(model, shard):
    offsets = shard["row_offsets"].tolist()
    rows = sorted(range(len(offsets) - 1), key=lambda row: offsets[row + 1] - offsets[row])
    total, count, batch = 0.0, 0, []
    for row in rows + [None]:
        if row is not None and sum(offsets[r + 1] - offsets[r] for r in batch) + offsets[row + 1] - offsets[row] <= TOKENS:
            batch.append(row)
            continue
        longest = max(offsets[r + 1] - offsets[r] for r in batch)
        ids = torch.zeros(len(batch), longest, dtype=torch.long)
        labels, mask = torch.full_like(ids, -100), torch.zeros_like(ids)
        for at, r in enumerate(batch):
            length = offsets[r + 1] - offsets[r]
            ids[at, :length] = shard["input_ids"][offsets[r]:offsets[r + 1]]
            labels[at, :length] = shard["labels"][offsets[r]:offsets[r + 1]]
            mask[at, :length] = 1
        logits = model(input_ids=ids, attention_mask=mask).logits[:, :-1]
        target = labels[:, 1:]
        total += torch.nn.functional.cross_entropy(logits.flatten(0, 1), target.flatten(), ignore_index=-100, reduction="sum").item()
        count += (target != -100).sum().item()
        batch = [row]
    return total / count


@torch.no_grad()
def answers(model, tokenizer, rows):
    tokenizer.padding_side = "left"
    tokenizer.pad_token = tokenizer.pad_token or tokenizer.eos_token
    right = 0
    for start in range(0, len(rows), BATCH):
        part = rows[start:start + BATCH]
        prompts = [tokenizer.apply_chat_template(row["messages"][:-1], tokenize=False, add_generation_prompt=True) for row in part]
        encoded = tokenizer(prompts, return_tensors="pt", padding=True, add_special_tokens=False, return_token_type_ids=False)
        out = model.generate(**encoded, do_sample=False, max_new_tokens=NEW, pad_token_id=tokenizer.pad_token_id)
        for row, ids in zip(part, out[:, encoded["input_ids"].shape[1]:]):
            right += tokenizer.decode(ids, skip_special_tokens=True).strip() == row["messages"][-1]["content"].strip()
    return right


def main():
    model_folder, dataset, *adapter = sys.argv[1:]
    start, cpu = time.perf_counter(), time.process_time()
    tokenizer = AutoTokenizer.from_pretrained(model_folder)
    model = AutoModelForCausalLM.from_pretrained(model_folder, dtype=torch.float32).eval()
    if adapter:
        from peft import PeftModel
        model = PeftModel.from_pretrained(model, adapter[0]).eval()
    found = loss(model, load_file(f"{dataset}/test.safetensors"))
    with open(f"{dataset}/test.jsonl", encoding="utf-8") as lines:
        rows = [json.loads(line) for _, line in zip(range(ROWS), lines)]
    right = answers(model, tokenizer, rows)
    print(json.dumps({
        "seconds": round(time.perf_counter() - start, 2), "cpu_seconds": round(time.process_time() - cpu, 2),
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, "rows": len(rows), "losses": [round(found, 4)], "right": [right]}))


main()
