using LoraMesh.Hosting.Bus;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;

namespace LoraMesh.UnitTests.Hosting.Bus;

public class WeatherRetriesTests
{
    [Fact]
    public void Delays_OutlastAnOutageOfFiveMinutes_ButNotABrokersPatience()
    {
        var sum = WeatherRetries.Delays.Aggregate(TimeSpan.Zero, (sum, delay) => sum + delay);

        Assert.InRange(sum, TimeSpan.FromMinutes(6), TimeSpan.FromMinutes(15));
        Assert.True(WeatherRetries.Delays.Max() <= TimeSpan.FromSeconds(30), "what was away for long is used soon after it is back");
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public void IsWeather_TellsSurroundingsFromMessages(Exception fault, bool weather) => Assert.Equal(weather, WeatherRetries.IsWeather(fault));

    public static TheoryData<Exception, bool> Faults => new()
    {
        { new IOException(), true },
        { new HttpRequestException(), true },
        { new TimeoutException(), true },
        { new SqliteException("database is locked", 5), true },
        { new DbUpdateException("a row is there", new SqliteException("constraint", 19)), false },
        { new InvalidOperationException(), false },
    };

    [Fact]
    public async Task PatientlyAsync_WaitsForTheWeather_AndThenLetsItThrough()
    {
        var clock = new FakeTimeProvider { AutoAdvanceAmount = TimeSpan.Zero };
        var tries = 0;
        var work = WeatherRetries.PatientlyAsync(() => ++tries <= 3 ? throw new IOException("away") : Task.CompletedTask, clock, CancellationToken.None);
        for (var tick = 0; tick < 100 && !work.IsCompleted; tick++)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await work.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(4, tries);
        await Assert.ThrowsAsync<InvalidOperationException>(() => WeatherRetries.PatientlyAsync(() => throw new InvalidOperationException(), clock, CancellationToken.None));
    }
}
