using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using StreamEnricher.Cli.Api.Taxii;

namespace StreamEnricher.UnitTests.Cli.Api.Taxii;

public sealed class TaxiiQueryTests
{
    [Fact]
    public void Without_parameters_the_newest_versions_are_asked_for()
    {
        var query = Read("")!;
        Assert.Equal((TaxiiQuery.MostObjects, long.MinValue, true, false, false), (query.Limit, query.AddedAfter, query.Last, query.First, query.All));
    }

    [Fact]
    public void All_filters_are_read()
    {
        var query = Read("?limit=5&added_after=2026-03-01T00:00:00.000001Z&match[id]=a--1,b--1&match[type]=a&match[spec_version]=2.1,2.0&match[version]=first,2026-03-01T00:00:00Z")!;
        Assert.Equal((5, false, true), (query.Limit, query.Last, query.First));
        Assert.Equal("2026-03-01T00:00:00.000001Z", Moments.Text(query.AddedAfter));
        Assert.Equal(["a--1", "b--1"], query.Ids!.Order());
        Assert.Equal(["a"], query.Types!);
        Assert.Equal(["2.0", "2.1"], query.SpecVersions!.Order());
        Assert.Equal(["2026-03-01T00:00:00.000000Z"], query.Versions.Select(Moments.Text));
    }

    [Fact]
    public void A_page_goes_on_behind_the_later_of_next_and_added_after()
    {
        var moment = Moments.Parse("2026-03-01T00:00:00Z")!.Value;
        Assert.Equal(moment + 7, Read($"?next={moment + 7}&added_after=2026-03-01T00:00:00Z")!.AddedAfter);
        Assert.Equal(moment, Read($"?added_after=2026-03-01T00:00:00Z&next={moment - 7}")!.AddedAfter);
    }

    [Fact]
    public void A_larger_page_than_the_server_gives_is_cut() => Assert.Equal(TaxiiQuery.MostObjects, Read("?limit=99999999")!.Limit);

    [Theory]
    [InlineData("?limit=0", "limit")]
    [InlineData("?limit=-1", "limit")]
    [InlineData("?limit=x", "limit")]
    [InlineData("?next=abc", "next")]
    [InlineData("?added_after=yesterday", "added_after")]
    [InlineData("?added_after=2026-03-01T00:00:00", "added_after")]
    [InlineData("?match[version]=newest", "match[version]")]
    [InlineData("?match[version]=", "match[version]")]
    [InlineData("?match[confidence]=80", "match[confidence]")]
    public void What_cannot_be_answered_rightly_is_refused(string text, string name)
    {
        Assert.Null(Read(text));
        Assert.Equal($"{name} is no filter of this server, or its value is none", Problem(text));
    }

    [Fact]
    public void Parameters_of_others_are_passed_over() => Assert.NotNull(Read("?trace=1"));

    private static TaxiiQuery? Read(string text) => TaxiiQuery.Read(new QueryCollection(QueryHelpers.ParseQuery(text)), out _);

    private static string? Problem(string text)
    {
        TaxiiQuery.Read(new QueryCollection(QueryHelpers.ParseQuery(text)), out var problem);
        return problem;
    }
}
