const SEED = 0x9747b28c;
const MIX = 0x5bd1e995;

/** MurmurHash2, 32 bits, as Kafka's default partitioner has it; the result is signed. */
export function murmur2(data: Uint8Array): number {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const whole = data.length & ~3;
  let hash = SEED ^ data.length;
  for (let at = 0; at < whole; at += 4) {
    let word = Math.imul(view.getInt32(at, true), MIX);
    word ^= word >>> 24;
    hash = Math.imul(hash, MIX) ^ Math.imul(word, MIX);
  }
  const rest = data.length - whole;
  if (rest > 2) hash ^= data[whole + 2] << 16;
  if (rest > 1) hash ^= data[whole + 1] << 8;
  if (rest > 0) hash = Math.imul(hash ^ data[whole], MIX);
  hash = Math.imul(hash ^ (hash >>> 13), MIX);
  return hash ^ (hash >>> 15);
}

/** Gives each message its partition: keys land where Kafka's default partitioner puts them, keyless ones in turn. */
export class Partitioner {
  private turn = 0;

  constructor(private readonly partitions: number) {}

  partitionOf(key: string | null): number {
    if (key === null) return this.turn++ % this.partitions;
    return (murmur2(new TextEncoder().encode(key)) & 0x7fffffff) % this.partitions;
  }
}
