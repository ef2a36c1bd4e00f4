using StreamEnricher.Cli.Benching.Stages;

namespace StreamEnricher.UnitTests.Cli.Benching;

public sealed class StageMeterTests
{
    [Fact]
    public void What_the_stages_leave_of_the_run_is_the_rest()
    {
        var shares = StageMeter.Shares([("scan", 1), ("map", 2)], 4);

        Assert.Equal([new StageFigures("scan", 1, 0.25), new StageFigures("map", 2, 0.5), new StageFigures("rest", 1, 0.25)], shares);
    }

    [Fact]
    public void Stages_that_cost_more_alone_than_the_run_leave_no_rest_and_shares_of_one_whole()
    {
        var shares = StageMeter.Shares([("scan", 1), ("map", 3)], 2);

        Assert.Equal(0, shares[^1].Microseconds);
        Assert.Equal(1, shares.Sum(static stage => stage.Share), 9);
    }
}
