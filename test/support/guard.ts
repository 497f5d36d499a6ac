import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';

/**
 * Kills `child`, and removes `folder`, when this process ends, however it ends: a shell waits for the end of its input,
 * which this process holds. (Jest's own `process` hears no `exit`, and nobody hears a SIGKILL.)
 */
export function guard(child: ChildProcess, folder = ''): void {
  if (child.pid === undefined) return;
  const script = 'read -r _; kill -9 "$0"; test -z "$1" || rm -rf "$1"';
  const shell = spawn('sh', ['-c', script, String(child.pid), folder], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  shell.unref();
  (shell.stdin as unknown as { unref(): void }).unref();
  // Else it would one day kill a stranger that was given the same number.
  child.once('exit', () => shell.kill('SIGKILL'));
}
