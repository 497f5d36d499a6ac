/** First parts of the paths that the gateway answers. */
const GATEWAY = new Set(['v1', 'docs', 'docs-json', 'docs-yaml']);
/** First parts of the paths that every process answers for itself. */
const PROCESS = new Set(['health', 'metrics']);

/** Who answers a path: each process by itself, the gateway, or the viewer, whose is all the rest. */
export function ownerOf(path: string): 'process' | 'gateway' | 'viewer' {
  const first = path.split('?', 1)[0].split('/')[1] ?? '';
  if (PROCESS.has(first)) return 'process';
  return GATEWAY.has(first) ? 'gateway' : 'viewer';
}
