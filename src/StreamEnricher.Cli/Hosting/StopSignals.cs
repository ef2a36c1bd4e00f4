using System.Runtime.InteropServices;

namespace StreamEnricher.Cli.Hosting;

/// <summary>SIGTERM and Ctrl-C: the first asks to drain, the second to stop at once.</summary>
internal sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _abort = new();
    private readonly PosixSignalRegistration _terminate;
    private readonly PosixSignalRegistration _interrupt;

    /// <param name="cancellation">Another way to ask for a drain.</param>
    public StopSignals(CancellationToken cancellation)
    {
        cancellation.Register(_stop.Cancel);
        _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
    }

    /// <summary>First signal.</summary>
    public CancellationToken Stop => _stop.Token;

    /// <summary>Second signal.</summary>
    public CancellationToken Abort => _abort.Token;

    /// <inheritdoc />
    public void Dispose()
    {
        _terminate.Dispose();
        _interrupt.Dispose();
        _stop.Dispose();
        _abort.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        (_stop.IsCancellationRequested ? _abort : _stop).Cancel();
    }
}
