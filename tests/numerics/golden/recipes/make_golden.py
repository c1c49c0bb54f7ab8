"""Writes NAME.json beside itself: whole trainings by transformers' Trainer over PEFT, from starts that need no chance.

Each file holds the base (a folder of ../models), the settings under the names of transformers and PEFT, the rows in the
order in which they are taken, and of every step loss, rate and gradient norm (before clipping). Made with transformers
5.12, PEFT 0.20, torch 2.14 on one thread.
"""
import json, pathlib, random, tempfile
import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, Trainer, TrainerCallback, TrainingArguments

HERE = pathlib.Path(__file__).parent
PEFT_KEYS = {"r", "lora_alpha", "target_modules", "lora_dropout", "init_lora_weights", "use_rslora", "use_dora"}
START = {"target_modules": ["all-linear"], "lora_dropout": 0.0}
CASES = {
    "pissa-llama": ("llama-untied", 9, {"r": 2, "lora_alpha": 8, "init_lora_weights": "pissa", "max_steps": 12, "learning_rate": 1e-3,
        "per_device_train_batch_size": 2, "gradient_accumulation_steps": 3, "dataloader_drop_last": True, "adam_beta2": 0.99,
        "adam_epsilon": 1e-6, "lr_scheduler_type": "polynomial", "warmup_steps": 0.1, "lr_scheduler_kwargs": {"lr_end": 1e-6, "power": 2.0}}),
    "pissa-rslora-qwen2": ("qwen2", 9, {"r": 8, "lora_alpha": 8, "init_lora_weights": "pissa", "use_rslora": True, "num_train_epochs": 2.25,
        "learning_rate": 5e-4, "per_device_train_batch_size": 2, "label_smoothing_factor": 0.1, "max_grad_norm": 0.0,
        "lr_scheduler_type": "constant", "weight_decay": 0.1}),
    "olora-mistral": ("mistral-swa", 17, {"r": 4, "lora_alpha": 4, "init_lora_weights": "olora", "use_rslora": True, "max_steps": 9,
        "learning_rate": 5e-3, "per_device_train_batch_size": 3, "gradient_accumulation_steps": 3, "weight_decay": 0.1, "adam_beta2": 0.99,
        "max_grad_norm": 100.0, "lr_scheduler_type": "constant_with_warmup", "warmup_steps": 2}),
    "olora-llama-tied": ("llama-tied", 14, {"r": 4, "lora_alpha": 8, "init_lora_weights": "olora", "num_train_epochs": 1.5,
        "learning_rate": 1e-3, "per_device_train_batch_size": 2, "gradient_accumulation_steps": 2, "max_grad_norm": 0.3, "adam_epsilon": 1e-6,
        "lr_scheduler_type": "warmup_stable_decay", "warmup_steps": 0,
        "lr_scheduler_kwargs": {"num_decay_steps": 3, "min_lr_ratio": 0.1, "decay_type": "cosine", "warmup_type": "cosine"}}),
}


class InOrder(Trainer):
    def _get_train_sampler(self, *_):
        return torch.utils.data.SequentialSampler(self.train_dataset)


class Steps(TrainerCallback):
    def __init__(self):
        self.all = []

    def on_log(self, args, state, control, logs=None, **_):
        if "loss" in logs:
            self.all.append({"loss": logs["loss"], "learning_rate": logs["learning_rate"], "grad_norm": logs["grad_norm"]})


def collate(rows):
    longest = max(len(row["input_ids"]) for row in rows)
    pad = lambda values, value: values + [value] * (longest - len(values))
    return {"input_ids": torch.tensor([pad(row["input_ids"], 0) for row in rows]),
            "attention_mask": torch.tensor([pad([1] * len(row["input_ids"]), 0) for row in rows]),
            "labels": torch.tensor([pad(row["labels"], -100) for row in rows])}


torch.set_num_threads(1)
for number, (name, (base, count, settings)) in enumerate(CASES.items()):
    settings = START | settings
    model = AutoModelForCausalLM.from_pretrained(HERE.parent / "models" / base, dtype=torch.float32, attn_implementation="eager")
    chance, rows = random.Random(number), []
    for _ in range(count):
        length = chance.randint(4, 24)
        context = chance.randint(0, length - 2)
        ids = [chance.randrange(4, model.config.vocab_size) for _ in range(length)]
        rows.append({"input_ids": ids, "labels": [-100] * context + ids[context:]})
    peft = {key: value for key, value in settings.items() if key in PEFT_KEYS} | {"target_modules": "all-linear"}
    model = get_peft_model(model, LoraConfig(**peft, task_type="CAUSAL_LM"))
    steps = Steps()
    with tempfile.TemporaryDirectory() as scratch:
        arguments = TrainingArguments(
            output_dir=scratch, report_to=[], logging_steps=1, save_strategy="no", disable_tqdm=True, use_cpu=True,
            remove_unused_columns=False, optim="adamw_torch", **{key: value for key, value in settings.items() if key not in PEFT_KEYS})
        InOrder(model=model, args=arguments, train_dataset=rows, data_collator=collate, callbacks=[steps]).train()
    (HERE / f"{name}.json").write_text(json.dumps({"base": base, "settings": settings, "rows": rows, "steps": steps.all}, indent=None) + "\n")
