using System.Net;
using System.Net.Sockets;
using StreamEnricher.Delivery.Http;

namespace StreamEnricher.FunctionalTests.Delivery;

public sealed class SinkSocketTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_connection_whose_peer_acknowledges_nothing_ends_within_half_a_minute()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();

        using var socket = await SinkSocket.ConnectAsync(listener.LocalEndpoint, Cancel);
        Assert.Equal(1, socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive));
        Assert.Equal(15, socket.GetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime));
        Assert.Equal(5, socket.GetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval));
        Assert.Equal(3, socket.GetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount));
        Assert.True(socket.NoDelay);
        if (OperatingSystem.IsLinux())
        {
            var milliseconds = new byte[sizeof(int)];
            socket.GetRawSocketOption((int)SocketOptionLevel.Tcp, SinkSocket.UserTimeoutOption, milliseconds);
            Assert.Equal(30_000, BitConverter.ToInt32(milliseconds));
        }
    }

    [Fact]
    public async Task Nobody_at_the_address_is_told_at_once()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var address = listener.LocalEndpoint;
        listener.Stop();

        await Assert.ThrowsAsync<SocketException>(async () => await SinkSocket.ConnectAsync(address, Cancel));
    }
}
