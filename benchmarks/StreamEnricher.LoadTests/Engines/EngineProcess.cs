using System.Diagnostics;

namespace StreamEnricher.LoadTests.Engines;

/// <summary>An engine under test: a process of its own, whose CPU time and memory are read from outside.</summary>
internal sealed class EngineProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);
    private readonly Process _process;
    private readonly List<string> _errors = [];

    private EngineProcess(Process process) => _process = process;

    /// <summary>CPU time so far, all threads.</summary>
    public TimeSpan CpuTime
    {
        get
        {
            _process.Refresh();
            return _process.HasExited ? throw new InvalidOperationException("The engine has ended: " + Errors) : _process.TotalProcessorTime;
        }
    }

    /// <summary>Largest resident size so far, MiB.</summary>
    public double PeakMebibytes
    {
        get
        {
            _process.Refresh();
            return _process.PeakWorkingSet64 / (double)(1 << 20);
        }
    }

    /// <summary>It runs no more.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>What it wrote to standard error.</summary>
    public string Errors
    {
        get
        {
            lock (_errors)
            {
                return string.Join(Environment.NewLine, _errors.TakeLast(20));
            }
        }
    }

    /// <summary>Starts a command.</summary>
    public static EngineProcess Start(string program, params IEnumerable<string> arguments)
    {
        var process = new Process
        {
            StartInfo = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false },
        };
        var engine = new EngineProcess(process);
        process.OutputDataReceived += (_, line) => engine.Note(line.Data);
        process.ErrorDataReceived += (_, line) => engine.Note(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return engine;
    }

    /// <summary>Asks it to end (SIGTERM) and waits; kills it when it does not.</summary>
    public async Task StopAsync()
    {
        if (_process.HasExited)
        {
            return;
        }

        using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }

    private void Note(string? line)
    {
        if (line is not null)
        {
            lock (_errors)
            {
                _errors.Add(line);
            }
        }
    }
}
