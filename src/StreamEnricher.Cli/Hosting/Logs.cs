using Microsoft.Extensions.Logging.Console;

namespace StreamEnricher.Cli.Hosting;

/// <summary>Logging to standard error: one line an entry, as text or as JSON.</summary>
internal static class Logs
{
    private const string TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ";

    /// <summary>Makes the factory; disposing it writes out what is queued.</summary>
    /// <param name="json">JSON lines in place of text.</param>
    /// <param name="minimum">Least level of the product's own categories; those of libraries start at warning.</param>
    /// <param name="color">Standard error is a terminal that may be coloured.</param>
    public static ILoggerFactory Create(bool json, LogLevel minimum, bool color) => LoggerFactory.Create(builder =>
    {
        builder.SetMinimumLevel(minimum);
        builder.AddFilter("Microsoft", LogLevel.Warning);
        builder.AddFilter("System", LogLevel.Warning);
        builder.Services.Configure<ConsoleLoggerOptions>(options => options.LogToStandardErrorThreshold = LogLevel.Trace);
        if (json)
        {
            builder.AddJsonConsole(options =>
            {
                options.UseUtcTimestamp = true;
                options.TimestampFormat = TimestampFormat.TrimEnd();
            });
        }
        else
        {
            builder.AddSimpleConsole(options =>
            {
                options.SingleLine = true;
                options.UseUtcTimestamp = true;
                options.TimestampFormat = TimestampFormat;
                options.ColorBehavior = color ? LoggerColorBehavior.Enabled : LoggerColorBehavior.Disabled;
            });
        }
    });
}
