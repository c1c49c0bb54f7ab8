using System.Text.Json;
using LoraMesh.Control.Intake;

namespace LoraMesh.UnitTests.Control.Intake;

/// <summary>Messages as stores send them, in <c>notifications/</c>, each written after its store's own documents and source.</summary>
public sealed class StoreDialectTests
{
    // As the bus reads plain JSON: names match without case.
    private static readonly JsonSerializerOptions Plain = new(JsonSerializerDefaults.Web);

    [Theory]
    [InlineData("minio", "faq/a b+ä.csv")]
    [InlineData("minio-multipart", "faq/100 %2F.jsonl")]
    [InlineData("ceph", "faq/a b+ä %2F.csv")]
    [InlineData("ceph-removed", null)]
    [InlineData("other-bucket", null)]
    [InlineData("aws-test", null)]
    public void Notification_OfAStore_NamesTheKeysThatWereWritten(string file, string? key)
    {
        var path = Path.Combine(Repository.Root, "tests", "unit", "Control", "Intake", "notifications", $"{file}.json");
        var notification = JsonSerializer.Deserialize<StoreNotification>(File.ReadAllText(path), Plain)!;

        Assert.Equal(key is null ? [] : [key], StoreDialect.CreatedKeys(notification));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"Records":[]}""")]
    [InlineData("""{"Records":[{"eventName":"ObjectCreated:Put"}]}""")]
    [InlineData("""{"Records":[{"eventName":"ObjectCreated:Put","s3":{"bucket":{"name":"lm-inbox"},"object":{"key":""}}}]}""")]
    public void Notification_ThatLacksWhatIsNeeded_NamesNothing(string json) =>
        Assert.Empty(StoreDialect.CreatedKeys(JsonSerializer.Deserialize<StoreNotification>(json, Plain)!));
}
