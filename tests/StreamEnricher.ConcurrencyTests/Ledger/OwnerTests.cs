namespace StreamEnricher.ConcurrencyTests.Ledger;

/// <summary>I1 under every order that the tester finds: what is committed was stored, and in the end everything is.</summary>
public sealed class OwnerTests
{
    [Fact]
    public void A_sink_that_is_detached_and_attached_while_batches_are_delivered_and_committed_misses_nothing() =>
        Schedules.Explore(
            static async () =>
            {
                var broker = new Broker(end: 8, sinks: 2);
                var owner = new Owner(broker);
                await Task.WhenAll(
                    Task.Run(owner.ReadAsync),
                    Task.Run(() => owner.DetachAndAttachAsync(sink: 1)),
                    Task.Run(() => owner.CommitAsync(times: 4)));
                await owner.EndDeliveriesAsync();
                await owner.CommitAsync(times: 1);
                broker.AssertComplete();
            });

    [Fact]
    public void A_late_former_owner_sets_no_place_past_what_is_not_stored() =>
        Schedules.Explore(
            static async () =>
            {
                var broker = new Broker(end: 6, sinks: 2);
                var late = new List<Task>();
                for (var i = 0; i < 2; i++)
                {
                    // It is not told when the partition goes to the next one: it reads, delivers and commits on, and its last commit may come after all others.
                    var former = new Owner(broker);
                    late.Add(Task.Run(former.ReadAsync));
                    late.Add(Task.Run(() => former.CommitAsync(times: 3)));
                    late.Add(Task.Run(former.LearnOfRevocationAsync));
                    await Task.Yield();
                }

                await Task.WhenAll(late);
                var last = new Owner(broker);
                await last.ReadAsync();
                await last.EndDeliveriesAsync();
                await last.CommitAsync(times: 1);
                broker.AssertComplete();
            });
}
