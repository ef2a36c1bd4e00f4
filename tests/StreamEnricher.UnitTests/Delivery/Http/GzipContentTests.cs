using System.IO.Compression;
using System.Runtime.InteropServices;
using StreamEnricher.Core.Batches;
using StreamEnricher.Delivery.Http;

namespace StreamEnricher.UnitTests.Delivery.Http;

public sealed class GzipContentTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_body_comes_out_as_it_was_also_when_it_does_not_compress()
    {
        var body = new byte[100_000];
        new Random(7).NextBytes(body);
        using var content = new GzipContent(body);
        using var sent = new MemoryStream();

        await content.CopyToAsync(sent, Cancel);
        Assert.Equal(sent.Length, content.Headers.ContentLength);
        sent.Position = 0;
        using var plain = new MemoryStream();
        await new GZipStream(sent, CompressionMode.Decompress).CopyToAsync(plain, Cancel);
        Assert.Equal(body, plain.ToArray());
    }

    [Fact]
    public async Task What_a_connection_still_reads_stays_after_the_request_was_given_up()
    {
        var content = new GzipContent("some text"u8);
        using var slow = new StalledStream();
        var sending = content.CopyToAsync(slow, Cancel);
        Assert.True(MemoryMarshal.TryGetArray(slow.Taken, out var sent));
        content.Dispose();

        Assert.NotSame(sent.Array, SlabPool.Shared.Rent(sent.Array!.Length));
        slow.GoOn();
        await sending;
    }

    [Fact]
    public async Task A_failed_sending_gives_the_array_back_too()
    {
        var content = new GzipContent("some text"u8);
        using var slow = new StalledStream();
        var sending = content.CopyToAsync(slow, Cancel);
        slow.Fail(new IOException("reset"));

        await Assert.ThrowsAnyAsync<Exception>(() => sending);
        content.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => content.CopyToAsync(slow, Cancel));
    }

    /// <summary>Takes the bytes by reference and ends the write when told.</summary>
    private sealed class StalledStream : MemoryStream
    {
        private readonly TaskCompletionSource _written = new();

        public ReadOnlyMemory<byte> Taken { get; private set; }

        public void GoOn() => _written.SetResult();

        public void Fail(Exception error) => _written.SetException(error);

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Taken = buffer;
            await _written.Task;
        }
    }
}
