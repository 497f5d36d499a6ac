import { once } from 'node:events';
import { createServer } from 'node:net';
import { AppError } from '@kadr/errors';

/**
 * Makes sure that the port can be had, before minutes go into fetching models.
 * @throws AppError naming the port and what to do when it is taken or not allowed.
 */
export async function claimPort(port: number, host: string): Promise<void> {
  const server = createServer();
  try {
    server.listen(port, host);
    await once(server, 'listening');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === 'EADDRINUSE' ? 'is in use by another process' : `cannot be listened on (${code})`;
    throw new AppError('conflict', 'internal', `Port ${port} on ${host} ${why}. Stop that process, or set PORT.`, {
      cause: error,
    });
  }
  server.close();
  await once(server, 'close');
}
