/** Exits with 0 when the process on PORT is ready, for an image's HEALTHCHECK; else says why not and exits with 1. */
const url = `http://127.0.0.1:${process.env.PORT || 3000}/health/ready`;
try {
  const answer = await fetch(url, { signal: AbortSignal.timeout(4000) });
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
} catch (error) {
  console.error(`${url}: ${error.cause?.message ?? error.message}`);
  process.exitCode = 1;
}
