using Microsoft.IdentityModel.Tokens;

namespace StreamEnricher.Cli.Api.Security;

/// <summary>The keys of a JWKS file (RFC 7517), read again when the file changes; a change that cannot be used leaves the former keys in force.</summary>
internal sealed class JwksFile
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(10);
    private readonly Lock _gate = new();
    private readonly string _path;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private List<SecurityKey> _keys;
    private DateTime _written;
    private long _looked;

    /// <param name="path">The file.</param>
    /// <param name="time">Clock of looking for changes, every 10 s at most.</param>
    /// <param name="logger">Told of a change that cannot be used.</param>
    /// <exception cref="JwtKeyException">The file cannot be used.</exception>
    public JwksFile(string path, TimeProvider time, ILogger logger)
    {
        (_path, _time, _logger) = (path, time, logger);
        _written = File.GetLastWriteTimeUtc(path);
        _keys = Load(path);
        _looked = time.GetTimestamp();
    }

    /// <summary>The keys as the file has them now, or had them when it could last be used.</summary>
    public IReadOnlyList<SecurityKey> Keys()
    {
        lock (_gate)
        {
            if (_time.GetElapsedTime(_looked) >= LookInterval)
            {
                _looked = _time.GetTimestamp();
                LoadChange();
            }

            return _keys;
        }
    }

    /// <summary>What is wrong with a file; null when it can be used.</summary>
    public static string? Check(string path)
    {
        try
        {
            _ = Load(path);
            return null;
        }
        catch (JwtKeyException error)
        {
            return error.Message;
        }
    }

    private void LoadChange()
    {
        var written = File.GetLastWriteTimeUtc(_path);
        if (written == _written)
        {
            return;
        }

        _written = written;
        try
        {
            _keys = Load(_path);
            Log.KeysChanged(_logger, _path, _keys.Count);
        }
        catch (JwtKeyException error)
        {
            Log.KeysUnusable(_logger, _path, error.Message);
        }
    }

    private static List<SecurityKey> Load(string path)
    {
        JsonWebKeySet set;
        try
        {
            set = new JsonWebKeySet(File.ReadAllText(path)) { SkipUnresolvedJsonWebKeys = true };
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new JwtKeyException(error.Message, error);
        }
        catch (Exception error) when (error is ArgumentException or System.Text.Json.JsonException)
        {
            throw new JwtKeyException("no JSON Web Key Set", error);
        }

        // Only asymmetric keys: a file of public keys must not be able to bring a shared secret in.
        var keys = set.GetSigningKeys().Where(static key => key is RsaSecurityKey { KeySize: >= JwtKeys.LeastRsaBits } or ECDsaSecurityKey { KeySize: 256 }).ToList();
        return keys.Count > 0 ? keys : throw new JwtKeyException($"no RSA key of {JwtKeys.LeastRsaBits} bits or more and no P-256 key in it");
    }
}
