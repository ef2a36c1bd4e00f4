using System.Globalization;
using System.Text.Json;

namespace StreamEnricher.FaultTests.Servers;

/// <summary>A stand-in for Splunk's event collector that notes the id of every event it stores, and can hang or refuse.</summary>
internal sealed class HecReceiver : IAsyncDisposable
{
    private static readonly byte[] Success = """{"text":"Success","code":0}"""u8.ToArray();
    private readonly WebApplication _application;
    private readonly Lock _gate = new();
    private readonly Dictionary<UInt128, int> _counts = [];
    private TaskCompletionSource _hang = Ended();
    private volatile bool _refuses;

    private HecReceiver(WebApplication application) => _application = application;

    /// <summary>Where it listens.</summary>
    public Uri Url => new(_application.Urls.Single());

    /// <summary>Requests get 503 and nothing of them is stored.</summary>
    public bool Refuses { get => _refuses; set => _refuses = value; }

    /// <summary>How often each event was stored.</summary>
    public IReadOnlyDictionary<UInt128, int> Counts
    {
        get
        {
            lock (_gate)
            {
                return new Dictionary<UInt128, int>(_counts);
            }
        }
    }

    /// <summary>Events, each once.</summary>
    public int Unique
    {
        get
        {
            lock (_gate)
            {
                return _counts.Count;
            }
        }
    }

    /// <summary>Events that came more than once, each time more.</summary>
    public long Duplicates
    {
        get
        {
            lock (_gate)
            {
                return _counts.Values.Sum(static times => times - 1L);
            }
        }
    }

    /// <summary>Starts it on a free port.</summary>
    public static async Task<HecReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0").ConfigureKestrel(static kestrel => kestrel.Limits.MaxRequestBodySize = null);
        var application = builder.Build();
        var receiver = new HecReceiver(application);
        application.MapPost("/services/collector/event", receiver.TakeAsync);
        application.MapGet("/services/collector/health", static () => Results.Bytes("""{"text":"HEC is healthy","code":17}"""u8.ToArray(), "application/json"));
        await application.StartAsync();
        return receiver;
    }

    /// <summary>From now on nothing is answered, until <see cref="GoOn"/>.</summary>
    public void Hang() => _hang = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What hangs is answered.</summary>
    public void GoOn() => _hang.TrySetResult();

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        GoOn();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await _application.StopAsync(limit.Token);
        await _application.DisposeAsync();
    }

    private async Task<IResult> TakeAsync(HttpRequest request)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        await _hang.Task.WaitAsync(request.HttpContext.RequestAborted);
        if (Refuses)
        {
            return Results.Text("""{"text":"Server is busy","code":9}""", "application/json", statusCode: StatusCodes.Status503ServiceUnavailable);
        }

        Store(body.GetBuffer().AsSpan(0, (int)body.Length));
        return Results.Bytes(Success, "application/json");
    }

    private void Store(ReadOnlySpan<byte> body)
    {
        var inFields = false;
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { AllowMultipleValues = true });
        lock (_gate)
        {
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 2 && reader.ValueTextEquals("event_id"u8) && inFields)
                {
                    reader.Read();
                    var id = UInt128.Parse(reader.GetString()!, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
                    _counts[id] = _counts.GetValueOrDefault(id) + 1;
                }
                else if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 1)
                {
                    inFields = reader.ValueTextEquals("fields"u8);
                }
            }
        }
    }

    private static TaskCompletionSource Ended()
    {
        var ended = new TaskCompletionSource();
        ended.SetResult();
        return ended;
    }
}
