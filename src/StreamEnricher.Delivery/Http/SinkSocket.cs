using System.Net;
using System.Net.Sockets;

namespace StreamEnricher.Delivery.Http;

/// <summary>Connections that notice when nobody is at the other end.</summary>
/// <remarks>
/// A request's own time-out must be long, because a busy indexer may take minutes over a reply. A peer that has vanished, or that lost the connection before it took it
/// from its queue, needs no such patience: what is sent must be acknowledged by the other side's kernel, and an idle connection is probed. Source of the numbers: tcp(7).
/// </remarks>
internal static class SinkSocket
{
    /// <summary>So long may bytes that were sent stay unacknowledged.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>TCP_USER_TIMEOUT of Linux, milliseconds; level IPPROTO_TCP.</summary>
    public const int UserTimeoutOption = 18;

    private const int Probes = 3;
    private const int SecondsBetweenProbes = 5;

    /// <summary>Connects; to be used as <see cref="SocketsHttpHandler.ConnectCallback"/>.</summary>
    /// <exception cref="SocketException">Nobody answers at the address.</exception>
    public static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation) =>
        new NetworkStream(await ConnectAsync(context.DnsEndPoint, cancellation).ConfigureAwait(false), ownsSocket: true);

    /// <summary>Connects a socket.</summary>
    /// <exception cref="SocketException">Nobody answers at the address.</exception>
    public static async ValueTask<Socket> ConnectAsync(EndPoint address, CancellationToken cancellation)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, (int)Patience.TotalSeconds - (Probes * SecondsBetweenProbes));
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, SecondsBetweenProbes);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, Probes);
            if (OperatingSystem.IsLinux())
            {
                socket.SetRawSocketOption((int)SocketOptionLevel.Tcp, UserTimeoutOption, BitConverter.GetBytes((int)Patience.TotalMilliseconds));
            }

            await socket.ConnectAsync(address, cancellation).ConfigureAwait(false);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
