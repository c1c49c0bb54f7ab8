"""Makes the folders beside it: one small random model a family, many of its switches on, and a LoRA adapter over every
linear layer. expected.safetensors: logits of two right-padded rows without the adapter; with it the mean loss of their
next tokens (each row alone, unpadded) and the gradient of every adapter matrix.
Made with torch 2.14, transformers 5.12.1, PEFT 0.20.1.dev, float32, eager attention, one thread:
    python3 make_golden.py
"""
import os, pathlib, torch
from peft import LoraConfig, get_peft_model
from safetensors.torch import save_file
from transformers import AutoConfig, AutoModelForCausalLM

HERE = pathlib.Path(__file__).parent
TOKENS, LENGTHS, VOCABULARY = 30, (30, 21), 64
COMMON = dict(vocab_size=VOCABULARY, intermediate_size=40, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2,
              hidden_size=32, max_position_embeddings=128, bos_token_id=1, eos_token_id=2, pad_token_id=0)
SLIDING = ["sliding_attention", "full_attention"]
CASES = {
    "llama-biased-yarn": ("llama", dict(head_dim=12, attention_bias=True, mlp_bias=True, hidden_act="gelu", tie_word_embeddings=True,
        rope_parameters=dict(rope_type="yarn", rope_theta=10000.0, factor=4.0, original_max_position_embeddings=16, beta_fast=16))),
    "mistral-window": ("mistral", dict(head_dim=8, num_key_value_heads=1, sliding_window=7)),
    "qwen2-layers": ("qwen2", dict(use_sliding_window=True, sliding_window=5, layer_types=SLIDING, hidden_act="relu2",
        rope_parameters=dict(rope_type="linear", rope_theta=1000000.0, factor=4.0))),
    "qwen3-biased": ("qwen3", dict(head_dim=12, attention_bias=True, use_sliding_window=True, sliding_window=6, max_window_layers=1,
        hidden_act="quick_gelu")),
    "gemma2-capped": ("gemma2", dict(head_dim=12, attention_bias=True, query_pre_attn_scalar=20, attn_logit_softcapping=2.0,
        final_logit_softcapping=3.0, sliding_window=6)),
    "gemma3-two-ropes": ("gemma3_text", dict(head_dim=12, attention_bias=True, query_pre_attn_scalar=20, final_logit_softcapping=4.0,
        sliding_window=6, layer_types=SLIDING, rope_parameters=dict(
            full_attention=dict(rope_type="llama3", rope_theta=500000.0, factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0, original_max_position_embeddings=24),
            sliding_attention=dict(rope_type="default", rope_theta=5000.0)))),
    "phi3-partial-longrope": ("phi3", dict(original_max_position_embeddings=24, sliding_window=9, rope_parameters=dict(
        rope_type="longrope", rope_theta=10000.0, partial_rotary_factor=0.5, short_factor=[1.0, 1.2], long_factor=[1.5, 3.0],
        original_max_position_embeddings=24))),
}


def randomise(model, norm):
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            noise = torch.randn_like(parameter)
            if "norm" in name:
                parameter.copy_(norm + 0.2 * noise)
            elif parameter.dim() == 1:
                parameter.copy_(0.2 * noise)
            else:
                parameter.copy_((0.3 if "embed" in name else 1.5 / parameter.shape[1] ** 0.5) * noise)


torch.set_num_threads(1)
for seed, (name, (family, settings)) in enumerate(CASES.items()):
    torch.manual_seed(seed)
    config = AutoConfig.for_model(family, **{**COMMON, **settings})
    model = AutoModelForCausalLM.from_config(config, attn_implementation="eager").float().eval()
    randomise(model, norm=0 if family.startswith("gemma") else 1)
    model.save_pretrained(HERE / name)
    (HERE / name / "generation_config.json").unlink(missing_ok=True)

    ids, mask = torch.randint(3, VOCABULARY, (2, TOKENS)), torch.zeros(2, TOKENS, dtype=torch.long)
    for row, length in enumerate(LENGTHS):
        mask[row, :length] = 1
    ids = ids * mask
    with torch.no_grad():
        logits = model(input_ids=ids, attention_mask=mask).logits * mask[..., None]
    expected = {"input_ids": ids, "attention_mask": mask, "logits": logits.contiguous()}

    adapted = get_peft_model(model, LoraConfig(r=2, lora_alpha=4, target_modules="all-linear", task_type="CAUSAL_LM")).eval()
    with torch.no_grad():
        for key, parameter in adapted.named_parameters():
            if "lora_" in key:
                parameter.copy_(0.3 * torch.randn_like(parameter) / parameter.shape[1] ** 0.5)
    adapted.save_pretrained(HERE / name)
    (HERE / name / "README.md").unlink(missing_ok=True)
    config_file = HERE / name / "adapter_config.json"
    config_file.write_text(config_file.read_text().replace(str(HERE) + os.sep, ""))
    loss = sum(
        torch.nn.functional.cross_entropy(adapted(input_ids=ids[row:row + 1, :length]).logits[0, :-1], ids[row, 1:length], reduction="sum")
        for row, length in enumerate(LENGTHS)) / sum(length - 1 for length in LENGTHS)
    loss.backward()
    expected["loss"] = loss.detach().reshape(1)
    expected |= {"grad:" + key.replace(".default", ""): p.grad for key, p in adapted.named_parameters() if p.grad is not None}
    save_file(expected, HERE / name / "expected.safetensors")
