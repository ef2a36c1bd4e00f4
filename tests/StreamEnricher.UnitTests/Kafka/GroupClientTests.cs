using System.Collections.Concurrent;
using System.Reflection;
using Confluent.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using StreamEnricher.Kafka;
using StreamEnricher.Kafka.Consuming;

namespace StreamEnricher.UnitTests.Kafka;

public sealed class GroupClientTests : IDisposable
{
    private static readonly TopicPartitionOffset[] Offsets = [new("suricata", 0, 7)];

    private readonly FakeTimeProvider _time = new();
    private readonly ConcurrentQueue<Client> _clients = new();
    private readonly ManualResetEventSlim _release = new();
    private int _hanging;

    [Fact]
    public void Nothing_of_the_operators_settings_makes_it_a_member()
    {
        var properties = GroupClient.Properties(
            new KafkaConnection
            {
                BootstrapServers = "broker:9092",
                Properties = new Dictionary<string, string> { ["group.instance.id"] = "one", ["group.protocol"] = "consumer", ["sasl.username"] = "me" },
            },
            "detections.siem");

        Assert.Equal("detections.siem", properties["group.id"]);
        Assert.Equal("me", properties["sasl.username"]);
        Assert.Equal("false", properties["enable.auto.commit"]);
        Assert.DoesNotContain("group.instance.id", properties.Keys);
        Assert.DoesNotContain("group.protocol", properties.Keys);
    }

    [Fact]
    public async Task A_client_that_never_answers_a_commit_is_replaced_and_closed_when_its_call_returns()
    {
        _hanging = 1;
        using var group = Group();

        var commit = group.CommitAsync(Offsets);
        await _clients.First().Begun.Task;
        _time.Advance(TimeSpan.FromSeconds(20));
        var error = await Assert.ThrowsAsync<KafkaException>(() => commit);
        Assert.Equal(ErrorCode.Local_TimedOut, error.Error.Code);
        Assert.False(_clients.First().Closed.Task.IsCompleted);

        await group.CommitAsync(Offsets);
        Assert.Equal(Offsets, _clients.Last().Committed);
        Assert.Equal(2, _clients.Count);

        _release.Set();
        await _clients.First().Closed.Task;
    }

    [Fact]
    public async Task The_client_after_one_that_hung_is_given_twice_the_time()
    {
        _hanging = 2;
        using var group = Group();
        var first = group.CommitAsync(Offsets);
        await _clients.First().Begun.Task;
        _time.Advance(TimeSpan.FromSeconds(20));
        await Assert.ThrowsAsync<KafkaException>(() => first);

        var second = group.CommitAsync(Offsets);
        await _clients.Last().Begun.Task;
        _time.Advance(TimeSpan.FromSeconds(39));
        Assert.False(second.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAsync<KafkaException>(() => second);
    }

    [Fact]
    public async Task A_refused_commit_keeps_the_client()
    {
        using var group = new GroupClient(() => Create(static () => throw new KafkaException(ErrorCode.GroupAuthorizationFailed)), "detections.siem", _time, NullLogger.Instance);
        var error = await Assert.ThrowsAsync<KafkaException>(() => group.CommitAsync(Offsets));
        Assert.Equal(ErrorCode.GroupAuthorizationFailed, error.Error.Code);
        Assert.Single(_clients);
        Assert.False(_clients.First().Closed.Task.IsCompleted);
    }

    public void Dispose()
    {
        _release.Set();
        _release.Dispose();
    }

    private GroupClient Group() => new(
        () => Interlocked.Decrement(ref _hanging) >= 0 ? Create(_release.Wait) : Create(static () => { }), "detections.siem", _time, NullLogger.Instance);

    private IConsumer<byte[], byte[]> Create(Action onCommit)
    {
        var consumer = DispatchProxy.Create<IConsumer<byte[], byte[]>, Client>();
        var client = (Client)(object)consumer;
        client.OnCommit = onCommit;
        _clients.Enqueue(client);
        return consumer;
    }

    /// <summary>A consumer that can only commit.</summary>
    public class Client : DispatchProxy
    {
        public Action OnCommit { get; set; } = static () => { };

        public TaskCompletionSource Begun { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Closed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public IReadOnlyList<TopicPartitionOffset> Committed { get; private set; } = [];

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            switch (targetMethod!.Name)
            {
                case nameof(IConsumer<,>.Commit):
                    Begun.TrySetResult();
                    OnCommit();
                    Committed = [.. (IEnumerable<TopicPartitionOffset>)args![0]!];
                    return null;
                case nameof(IDisposable.Dispose):
                    Closed.TrySetResult();
                    return null;
                default:
                    return null;
            }
        }
    }
}
