import type { Config } from '@kadr/config';

/** ONNX Runtime execution providers that Kadr can ask for. */
export type Provider = 'cuda' | 'cpu';

/** `auto` is CUDA if it truly loads, else CPU; otherwise what was asked for, in its order, and nothing else. */
export function chooseProviders(asked: Config['KADR_PROVIDERS']): Provider[] {
  const wanted = asked.flatMap((name): Provider[] => (name === 'auto' ? ['cuda', 'cpu'] : [name]));
  return [...new Set(wanted)];
}
