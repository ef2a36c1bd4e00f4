# Builds the engine and runs it as a user without rights on a small base with glibc (librdkafka needs it).
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY . .
RUN dotnet publish src/StreamEnricher.Cli -c Release -o /app

FROM mcr.microsoft.com/dotnet/aspnet:10.0
COPY --from=build /app /app
COPY pipelines /etc/streamenricher/pipelines
# The heap keeps to the container's limit; what lies in flight keeps to limits.memory of the pipeline.
ENV DOTNET_gcServer=0 DOTNET_GCConserveMemory=5 NO_COLOR=1
USER $APP_UID
WORKDIR /tmp
ENTRYPOINT ["/app/streamenricher"]
