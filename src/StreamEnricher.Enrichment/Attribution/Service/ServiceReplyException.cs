using System.Net;

namespace StreamEnricher.Enrichment.Attribution.Service;

/// <summary>The service answered, but not with what was asked for.</summary>
internal sealed class ServiceReplyException : Exception
{
    public ServiceReplyException(string message, HttpStatusCode? status = null, Exception? inner = null)
        : base(message, inner) =>
        Status = status;

    /// <summary>Status code, null when the body was what could not be used.</summary>
    public HttpStatusCode? Status { get; }

    /// <summary>The same request may succeed later.</summary>
    public bool IsTransient => Status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError;

    /// <summary>The service refuses something in the request, so that its indicators must be asked one by one.</summary>
    public bool IsRefusal => Status is HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge or HttpStatusCode.UnprocessableEntity;
}
