using System.Net;
using System.Net.Sockets;
using StreamEnricher.Cli.Benching.Load;

namespace StreamEnricher.Cli.Benching.Receivers;

/// <summary>
/// An Elasticsearch and a Splunk that store nothing: it reads every request to its end and says that all of it was stored. One thread a connection, and the CPU time of all of
/// them is known, so that a measurement in the same process can leave it out.
/// </summary>
internal sealed class HttpReceiver : IDisposable
{
    private readonly TcpListener _listener;
    private readonly ReceiverOptions _options;
    private readonly ReceivedBody? _look;
    private readonly SharedLink _link;
    private readonly CancellationTokenSource _stop = new();
    private readonly ThreadCpu _cpu = new();
    private long _requests;
    private long _bytes;

    private HttpReceiver(TcpListener listener, ReceiverOptions options, ReceivedBody? look)
    {
        (_listener, _options, _look) = (listener, options, look);
        _link = new SharedLink(options.BytesPerSecond);
        Url = $"http://{listener.LocalEndpoint}";
    }

    /// <summary>Its address.</summary>
    public string Url { get; }

    /// <summary>Requests answered.</summary>
    public long Requests => Interlocked.Read(ref _requests);

    /// <summary>Bytes of bodies as they came.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>CPU time of its threads.</summary>
    public TimeSpan CpuTime => _cpu.Total;

    /// <summary>Starts to listen on the loopback interface.</summary>
    /// <param name="options">How it answers.</param>
    /// <param name="look">Looks at every body; null for nobody.</param>
    public static HttpReceiver Start(ReceiverOptions options, ReceivedBody? look = null)
    {
        var listener = new TcpListener(IPAddress.Loopback, options.Port);
        listener.Start();
        var receiver = new HttpReceiver(listener, options, look);
        receiver.StartThread(receiver.Accept);
        return receiver;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
    }

    private void StartThread(Action work) => new Thread(() => _cpu.Count(work)) { IsBackground = true, Name = nameof(HttpReceiver) }.Start();

    private void Accept()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var connection = _listener.AcceptSocket();
                connection.NoDelay = true;
                StartThread(() => Serve(connection));
            }
            catch (SocketException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (ObjectDisposedException)
            {
                return;
            }
        }
    }

    private void Serve(Socket connection)
    {
        using var requests = new RequestReader(connection);
        using var registration = _stop.Token.Register(connection.Dispose);
        var replies = new Replies();
        try
        {
            while (requests.Next() is { } head)
            {
                _link.Pass(requests.WireBytes, _stop.Token);
                _look?.Invoke(head.IsBulk, requests.Body);
                _stop.Token.WaitHandle.WaitOne(_options.Delay);
                connection.Send(replies.Of(head, requests.Body));
                Interlocked.Increment(ref _requests);
                Interlocked.Add(ref _bytes, requests.WireBytes);
            }
        }
        catch (InvalidDataException)
        {
            connection.Send("HTTP/1.1 411 Length Required\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"u8);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // The sink has closed its connection, or the bench is over: there is nobody to tell.
            return;
        }
    }
}
