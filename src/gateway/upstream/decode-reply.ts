import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { limits } from '../../spec/limits.ts';

interface Sink {
  onData(chunk: Buffer): void;
  onEnd(): void;
  onInvalid(detail: string): void;
}

export interface ReplyDecoder {
  write(chunk: Buffer): void;
  end(): void;
  destroy(): void;
}

/**
 * Decodes a reply that came compressed although we asked for identity: one coding, bounded in size and ratio, so that
 * a bomb ends as an invalid answer. Null for codings we do not know.
 */
export function replyDecoder(coding: string, sink: Sink): ReplyDecoder | null {
  const stream = open(coding);
  if (stream === null) return null;
  let bytesIn = 0;
  let bytesOut = 0;
  stream.on('data', (chunk: Buffer) => {
    bytesOut += chunk.length;
    const bomb = bytesOut > limits.codedReplyRatioFromBytes && bytesOut > bytesIn * limits.codedReplyRatio;
    if (bytesOut > limits.upstreamReplyBytes || bomb) {
      stream.destroy();
      sink.onInvalid(`${coding} reply grows from ${bytesIn} to more than ${bytesOut} bytes`);
    } else sink.onData(chunk);
  });
  stream.on('end', () => sink.onEnd());
  stream.on('error', error => sink.onInvalid(`${coding}: ${error.message}`));
  return {
    write: chunk => {
      bytesIn += chunk.length;
      stream.write(chunk);
    },
    end: () => stream.end(),
    destroy: () => stream.destroy(),
  };
}

function open(coding: string) {
  switch (coding.trim().toLowerCase()) {
    case 'gzip':
    case 'x-gzip':
      return createGunzip();
    case 'deflate':
      return createInflate();
    case 'br':
      return createBrotliDecompress();
    default:
      return null;
  }
}
