import { createHash } from 'node:crypto';
import { request as send } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Get, Headers, Module, Post, Req } from '@nestjs/common';
import type { Type } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { ConnectedSocket, MessageBody, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import type { Request } from 'express';
import { io } from 'socket.io-client';
import type { Socket } from 'socket.io-client';
import { loadConfig } from '@kadr/config';
import { PinoLog } from '@kadr/observability';
import { call } from '../../../test/support/http.js';
import { makeDir, removeDir } from '../../../test/support/kadr.js';
import { pickPort } from '../../../test/support/kafka/ports.js';
import { ForwardModule } from '../src/index.js';
import { start } from '../src/start.js';

const BODY = Buffer.alloc(3_000_000, 'kadr');

/** Answers with the size and digest of what it was sent. */
async function digest(request: Request): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { bytes, sha256: hash.digest('hex') };
}
const DIGEST = { bytes: BODY.length, sha256: createHash('sha256').update(BODY).digest('hex') };

@Controller('v1')
class ApiController {
  @Get('who') who(): string {
    return 'gateway';
  }
  @Post('digest') digest(@Req() request: Request): Promise<object> {
    return digest(request);
  }
}

@Controller()
class PageController {
  @Get('who') who(@Headers('host') host: string, @Req() { originalUrl }: Request): object {
    return { who: 'viewer', host, url: originalUrl };
  }
  @Post('digest') digest(@Req() request: Request): Promise<object> {
    return digest(request);
  }
}

@WebSocketGateway({ namespace: '/live', path: '/socket.io', destroyUpgrade: false })
class EchoGateway {
  @SubscribeMessage('say') say(@ConnectedSocket() socket: { emit: Socket['emit'] }, @MessageBody() what: string): void {
    socket.emit('said', what);
  }
}

@Module({ controllers: [ApiController] })
class ApiModule {}

@Module({ controllers: [PageController], providers: [EchoGateway] })
class PageModule {}

let dir: string;
const apps: NestExpressApplication[] = [];
const sockets: Socket[] = [];
let gatewayUrl: string;
let viewerUrl: string;

/** Starts a process and gives back its address. */
async function launch(name: 'gateway' | 'viewer', module: Type, env: Record<string, string>): Promise<string> {
  const config = loadConfig({ HOST: '127.0.0.1', DATA_DIR: `${dir}/${name}`, ...env });
  const modules = [module, ForwardModule.to(name === 'gateway' ? 'viewer' : 'gateway')];
  const log = new PinoLog({ level: 'silent', format: 'json' });
  const app = await start({ name, modules, database: false }, config, log);
  apps.push(app);
  return app.getUrl();
}

beforeAll(async () => {
  dir = await makeDir();
  viewerUrl = `http://127.0.0.1:${await pickPort()}`;
  gatewayUrl = await launch('gateway', ApiModule, { PORT: '0', VIEWER_URL: viewerUrl });
});

afterAll(async () => {
  for (const socket of sockets) socket.close();
  for (const app of apps) await app.close();
  await removeDir(dir);
});

/** A request that offers another protocol, and its answer. */
async function offering(url: string, upgrade: string, body: Buffer): Promise<{ status: number; body: unknown }> {
  const method = body.length > 0 ? 'POST' : 'GET';
  const headers = { connection: 'Upgrade', upgrade, ...(body.length > 0 && { 'content-length': body.length }) };
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    send(url, { method, headers }).once('response', resolve).once('error', reject).end(body);
  });
  return { status: answer.statusCode!, body: JSON.parse(await text(answer)) as unknown };
}

describe('while the viewer is away', () => {
  it('says with 503 which variable and address it asked', async () => {
    const { status, headers, body } = await call(`${gatewayUrl}/some/page?x=1`);
    expect(status).toBe(503);
    expect(headers.get('retry-after')).toBe('5');
    expect(body).toMatchObject({ code: 'peer-unavailable', instance: '/some/page', status: 503 });
    expect((body as { detail: string }).detail).toMatch(/VIEWER_URL.*ECONNREFUSED/);
    expect((body as { detail: string }).detail).toContain(viewerUrl);
  });

  it('refuses websockets with 503', async () => {
    const url = `${gatewayUrl}/socket.io/?EIO=4&transport=websocket`;
    const { status, body } = await offering(url, 'websocket', Buffer.of());
    expect({ status, body }).toMatchObject({ status: 503, body: { code: 'peer-unavailable' } });
  });

  it('answers what is its own', async () => {
    expect((await call(`${gatewayUrl}/v1/who`)).body).toBe('gateway');
    expect((await call(`${gatewayUrl}/health/live`)).status).toBe(200);
    expect((await call(`${gatewayUrl}/v1/nothing`)).status).toBe(404);
  });
});

describe('with both running', () => {
  beforeAll(async () => {
    await launch('viewer', PageModule, { PORT: new URL(viewerUrl).port, GATEWAY_URL: gatewayUrl });
  });

  it('the gateway has the page, the viewer the API', async () => {
    const { host } = new URL(gatewayUrl);
    expect((await call(`${gatewayUrl}/who?a=%20b`)).body).toEqual({ who: 'viewer', host, url: '/who?a=%20b' });
    expect((await call(`${viewerUrl}/v1/who`)).body).toBe('gateway');
  });

  it('each has its own health and metrics', async () => {
    for (const url of [gatewayUrl, viewerUrl]) expect((await call(`${url}/health/ready`)).status).toBe(200);
    await call(`${gatewayUrl}/v1/who`);
    expect((await call(`${viewerUrl}/metrics`)).body).not.toContain('route="/v1/who"');
  });

  it('passes large bodies on', async () => {
    expect((await call(`${gatewayUrl}/digest`, { method: 'POST', body: BODY })).body).toEqual(DIGEST);
    expect((await call(`${viewerUrl}/v1/digest`, { method: 'POST', body: BODY })).body).toEqual(DIGEST);
  });

  it('says so when an address leads back', async () => {
    const { status, body } = await call(`${gatewayUrl}/who`, { headers: { via: '1.1 kadr' } });
    expect(status).toBe(503);
    expect((body as { detail: string }).detail).toContain('leads back');
  });

  it.each([['/v1/digest'], ['/digest']])('answers a client that offers HTTP/2, as Java’s does, at %s', async (path) => {
    for (const url of [gatewayUrl, viewerUrl]) {
      expect(await offering(`${url}${path}`, 'h2c', BODY)).toEqual({ status: 201, body: DIGEST });
    }
  });

  it.each([['websocket'], ['polling']])('passes socket.io on over %s', async (transport) => {
    const socket = io(`${gatewayUrl}/live`, { transports: [transport] });
    sockets.push(socket);
    const said = new Promise((resolve) => socket.once('said', resolve));
    socket.emit('say', 'hello');
    expect(await said).toBe('hello');
    if (transport === 'polling') socket.close();
  });

  it('stops, websockets open as they are, and so does the viewer', async () => {
    const began = performance.now();
    for (const app of apps.splice(0)) await app.close();
    expect(performance.now() - began).toBeLessThan(3000);
  });
});
