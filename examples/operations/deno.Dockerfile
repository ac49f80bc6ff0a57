# The demo as an image: docker build --file examples/operations/deno.Dockerfile .
# For a service of yours, copy its files in place of these.
#
# Checked: that its files exist, and that its command serves with these permissions and no others.
# Not checked: with Docker.
FROM denoland/deno:2.9.6
WORKDIR /app

COPY deno.json deno.lock mod.ts ./
COPY src src/
COPY examples examples/
# What is imported is fetched now, so that a start needs no network.
RUN deno cache examples/stream_processor.ts

# The image's user "deno", as a number: Kubernetes can tell that it is not root.
USER 1993
EXPOSE 9090
# The image has no curl.
HEALTHCHECK --interval=10s --start-period=30s CMD ["deno", "eval", "const { ok } = await fetch('http://localhost:9090/health'); Deno.exit(ok ? 0 : 1)"]
# The image starts it beneath tini, which passes SIGTERM on.
CMD ["run", "--cached-only", "--no-prompt", "--allow-net", "--allow-read=examples/data", "--allow-env=METRICS_HOST,METRICS_PORT", "examples/stream_processor.ts", "--loop"]
