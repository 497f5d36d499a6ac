# Inference on NVIDIA GPUs; the host needs NVIDIA's driver and container toolkit:
#   docker build -f docker/inference.cuda.Dockerfile -t kadr/inference-cuda .
# ONNX Runtime's CUDA provider, and so this image, is for linux/amd64 only.

FROM node:24-bookworm-slim AS tools
RUN apt-get update \
 && apt-get install -y --no-install-recommends python3 make g++ \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /kadr
COPY package.json package-lock.json .npmrc ./

FROM tools AS build
RUN npm ci --no-audit --no-fund
COPY . .
RUN npm run build

FROM tools AS production
# .npmrc skips the provider, some hundred megabytes from NuGet; this goes before it.
ENV ONNXRUNTIME_NODE_INSTALL=cuda12
RUN npm ci --omit=dev --no-audit --no-fund \
 && test -s node_modules/onnxruntime-node/bin/napi-v6/linux/x64/libonnxruntime_providers_cuda.so

# glibc 2.39: newer than the 2.36 of bookworm, where Node and better-sqlite3 come from. CUDA 12 with cuDNN 9.
FROM nvidia/cuda:12.9.1-cudnn-runtime-ubuntu24.04 AS inference
ARG VERSION=0.0.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Kadr inference on CUDA" \
      org.opencontainers.image.description="Kadr's models on NVIDIA GPUs." \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
ENV NODE_ENV=production DATA_DIR=/data MODELS_DIR=/kadr/models PORT=3000 KADR_PROVIDERS=cuda
COPY --from=tools /usr/local/bin/node /usr/local/bin/node
WORKDIR /kadr
COPY package.json LICENSE NOTICE ./
COPY --from=production /kadr/node_modules node_modules
COPY scripts/health.mjs scripts/health.mjs
COPY models models
COPY --from=build /kadr/dist/apps/inference dist/apps/inference
# The user `ubuntu` of the base has the id of `node` in the other images, so that volumes can be shared. Node and what
# is native must load here; that the provider loads too is only known with a GPU, and checked at every start.
RUN mkdir -p /data models/.cache && chown 1000:1000 /data models/.cache \
 && node -e "require('onnxruntime-node'); require('better-sqlite3'); require('sharp')"
VOLUME ["/data", "/kadr/models/.cache"]
USER 1000:1000
EXPOSE 3000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=5m --start-interval=2s --retries=3 \
  CMD ["node", "scripts/health.mjs"]
# The base's entry point prints a banner and starts what comes after it; without it Node is the process that is signalled.
ENTRYPOINT []
CMD ["node", "--enable-source-maps", "dist/apps/inference/main.js"]
