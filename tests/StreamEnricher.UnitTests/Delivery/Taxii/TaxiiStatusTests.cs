using System.Text;
using StreamEnricher.Delivery.Taxii;

namespace StreamEnricher.UnitTests.Delivery.Taxii;

public sealed class TaxiiStatusTests
{
    [Fact]
    public void Counts_and_lists_are_read()
    {
        var status = Read("""
            {"id":"s","status":"complete","total_count":3,"success_count":1,"successes":[{"id":"a--1","version":"2026-01-01T00:00:00.000Z"}],
             "failure_count":2,"failures":[{"id":"b--1","version":"2026-01-01T00:00:00Z","message":"no"},"c--1"],"pending_count":0}
            """)!;
        Assert.Equal(("s", false, 2), (status.Id, status.IsPending, status.FailureCount));
        Assert.Equal([new TaxiiObjectStatus("b--1", "2026-01-01T00:00:00Z", "no"), new TaxiiObjectStatus("c--1", null, "")], status.Failures);
        Assert.Equal("a--1", Assert.Single(status.Successes).Id);
    }

    [Theory]
    [InlineData("""{"status":"pending"}""", true, 0)]
    [InlineData("""{"id":"x","status":"complete","failure_count":"2","failures":null}""", false, 0)]
    [InlineData("""{"id":"x","status":"complete","failures":[{"id":"a--1"}]}""", false, 1)]
    public void What_is_missing_or_odd_counts_as_none(string json, bool pending, int failures)
    {
        var status = Read(json)!;
        Assert.Equal((pending, failures), (status.IsPending, status.FailureCount));
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html>")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"status":1}""")]
    public void What_is_no_status_is_none(string body) => Assert.Null(Read(body));

    [Theory]
    [InlineData("2026-01-01T00:00:00Z", "2026-01-01T00:00:00.000Z", true)]
    [InlineData("2026-01-01T00:00:00.000000Z", "2026-01-01T00:00:00.000Z", true)]
    [InlineData("2026-01-01T00:00:00.001Z", "2026-01-01T00:00:00.000Z", false)]
    [InlineData(null, "2026-01-01T00:00:00.000Z", false)]
    [InlineData("now", "2026-01-01T00:00:00.000Z", false)]
    public void Versions_are_moments(string? first, string second, bool same) => Assert.Equal(same, TaxiiLookup.SameTime(first, second));

    private static TaxiiStatus? Read(string json) => TaxiiStatus.TryRead(Encoding.UTF8.GetBytes(json));
}
