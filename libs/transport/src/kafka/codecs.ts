import { decompress as unzstd } from 'fzstd';
import kafkajs from 'kafkajs';
import { decompressFrame as unlz4 } from 'lz4-napi';
import { uncompress as unsnappy } from 'snappy';

const { CompressionCodecs, CompressionTypes } = kafkajs;

/** Reads, and would write, the records of a batch. */
interface Codec {
  compress(encoder: unknown): Promise<Buffer>;
  decompress(data: Buffer): Promise<Buffer>;
}

/** Head of the framing that Java clients put around snappy's blocks. */
const XERIAL = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
const XERIAL_HEAD = 16;

/**
 * Lets kafkajs read batches of every codec that Kafka has: it only knows gzip, and one batch of another kind would stop
 * a consumer for good. Kadr's topics are `compression.type=uncompressed`, but a topic may have been made by others.
 */
export function registerCodecs(): void {
  CompressionCodecs[CompressionTypes.Snappy] = () => codec('snappy', readSnappy);
  CompressionCodecs[CompressionTypes.LZ4] = () => codec('lz4', unlz4);
  CompressionCodecs[CompressionTypes.ZSTD] = () => codec('zstd', async (data) => Buffer.from(unzstd(data)));
}

function codec(name: string, decompress: (data: Buffer) => Promise<Buffer>): Codec {
  return {
    compress: () => Promise.reject(new Error(`Kadr never writes batches in ${name}.`)),
    decompress,
  };
}

async function readSnappy(data: Buffer): Promise<Buffer> {
  if (!data.subarray(0, XERIAL.length).equals(XERIAL)) return (await unsnappy(data)) as Buffer;
  const blocks: Buffer[] = [];
  for (let at = XERIAL_HEAD; at < data.length;) {
    const size = data.readUInt32BE(at);
    blocks.push((await unsnappy(data.subarray(at + 4, at + 4 + size))) as Buffer);
    at += 4 + size;
  }
  return Buffer.concat(blocks);
}
