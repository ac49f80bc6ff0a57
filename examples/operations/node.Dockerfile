# A service on Node, here examples/node.ts: docker build --file examples/operations/node.Dockerfile .
# For a service of yours, copy package.json with its lock file, and run "npm ci --omit=dev" in place
# of the lines that install.
#
# Checked: that its file exists, its port, and that these packages are all that it imports; the tests
# install and run examples/node.ts in the same way. Not checked: with Docker.
FROM node:24-slim
ENV NODE_ENV=production
WORKDIR /app

RUN npm init --yes && npm pkg set type=module
RUN npx --yes jsr add @edgeprom/edgeprom && npm install hono @hono/node-server
COPY examples/node.ts server.ts

# The image's user "node", as a number: Kubernetes can tell that it is not root.
USER 1000
EXPOSE 8000
# The image has no curl.
HEALTHCHECK --interval=10s --start-period=30s CMD ["node", "--eval", "fetch('http://localhost:8000/health').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# Not by npm, which would keep SIGTERM to itself.
CMD ["node", "server.ts"]
