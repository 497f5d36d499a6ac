import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { AppError } from '@kadr/errors';
import type { Network, Tensor } from '../families/family.js';
import type { Provider } from './providers.js';

/** A network loaded by ONNX Runtime, and the execution provider that really took it. */
export interface OpenedNetwork {
  network: Network;
  provider: Provider;
}

/**
 * Loads an ONNX file with the first provider that does.
 * @throws AppError `model-failed` with each provider's reason when none does.
 */
export async function openNetwork(
  path: string,
  candidates: readonly Provider[],
  threads: number,
): Promise<OpenedNetwork> {
  const reasons: string[] = [];
  for (const provider of candidates) {
    try {
      return { network: new OrtNetwork(await open(path, provider, threads)), provider };
    } catch (error) {
      reasons.push(`${provider}: ${(error as Error).message}`);
    }
  }
  throw new AppError(
    'internal',
    'model-failed',
    `ONNX Runtime cannot load ${path} with ${candidates.join(' or ')}. ${reasons.join('. ')}. ` +
      'For cuda, an NVIDIA GPU, its driver, CUDA 12 with cuDNN 9 and the CUDA build of onnxruntime-node are needed; ' +
      'KADR_PROVIDERS=cpu runs on any machine.',
    { retryable: false },
  );
}

async function open(path: string, provider: Provider, threads: number): Promise<InferenceSession> {
  if (provider === 'cuda' && !hasCudaLibrary()) {
    throw new Error('the CUDA libraries of onnxruntime-node are not installed');
  }
  return InferenceSession.create(path, {
    executionProviders: [provider === 'cuda' ? { name: 'cuda' } : 'cpu'],
    graphOptimizationLevel: 'all',
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
  });
}

/** Asked first, since ONNX Runtime reports a missing library in red on the terminal before it throws. */
function hasCudaLibrary(): boolean {
  const main = createRequire(import.meta.url).resolve('onnxruntime-node');
  const folder = join(dirname(main), '../bin/napi-v6', process.platform, process.arch);
  const library = process.platform === 'win32' ? 'onnxruntime_providers_cuda.dll' : 'libonnxruntime_providers_cuda.so';
  return existsSync(join(folder, library));
}

class OrtNetwork implements Network {
  constructor(private readonly session: InferenceSession) {}

  async run(inputs: Record<string, Tensor>): Promise<Record<string, Tensor>> {
    const feeds = Object.entries(inputs).map(([name, { data, dims }]) => [name, new OrtTensor('float32', data, dims)]);
    const outputs = await this.session.run(Object.fromEntries(feeds) as Record<string, OrtTensor>);
    return Object.fromEntries(
      Object.entries(outputs).map(([name, { data, dims }]) => [name, { data: data as Float32Array, dims }]),
    );
  }
}
