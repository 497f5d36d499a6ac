/** The page loads nothing from elsewhere, runs no inline script, is not framed. `blob:` is for pictures not yet sent. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "img-src 'self' blob: data:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Vite puts a digest of the content in these names. */
const HASHED = /^assets\//;

/** Headers of a file of the page. */
export function pageHeaders(file: string): Record<string, string> {
  return {
    'Cache-Control': HASHED.test(file) ? 'public, max-age=31536000, immutable' : 'no-cache',
    'Content-Security-Policy': CONTENT_SECURITY_POLICY,
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
  };
}
