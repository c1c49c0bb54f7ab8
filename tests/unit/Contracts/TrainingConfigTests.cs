using System.Text.Json;
using LoraMesh.Contracts;

namespace LoraMesh.UnitTests.Contracts;

public sealed class TrainingConfigTests
{
    // Adapters are addressed by these bytes: a key that joined later must not change them where it is not used.
    [Fact]
    public void Json_OfDefaults_IsWhatItWas() => Assert.Equal(
        """{"r":32,"lora_alpha":64,"lora_dropout":0.1,"use_rslora":false,"target_modules":["all-linear"],"learning_rate":0.002,"lr_scheduler_type":"cosine","warmup_ratio":0.05,"num_train_epochs":0,"max_steps":0,"tokens_per_batch":1024,"gradient_accumulation_steps":1,"weight_decay":0,"adam_beta1":0.9,"adam_beta2":0.999,"adam_epsilon":1E-08,"max_grad_norm":1,"seed":42,"shuffle":true,"checkpoint_seconds":5}""",
        JsonSerializer.Serialize(new TrainingConfig(), ContractsJson.Options));

    [Fact]
    public void Json_OfPatterns_KeepsTheirOrder()
    {
        var config = new TrainingConfig { RankPattern = new Dictionary<string, int> { ["z"] = 1, ["a"] = 2 } };

        var back = JsonSerializer.Deserialize<TrainingConfig>(JsonSerializer.Serialize(config, ContractsJson.Options), ContractsJson.Options)!;

        Assert.Equal(["z", "a"], back.RankPattern!.Keys); // The first pattern that fits counts.
    }
}
