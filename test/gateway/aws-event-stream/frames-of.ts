import { type Frame, FrameDecoder } from '../../../src/gateway/aws-event-stream/frame-decoder.ts';
import { GatewayError } from '../../../src/spec/gateway-error.ts';

export interface SeenFrame {
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: string;
}

/** All frames of a stream that arrives in these chunks, and why it was given up; null when it was not. */
export function framesOf(chunks: readonly Buffer[]): { readonly frames: SeenFrame[]; readonly failure: string | null } {
  const decoder = new FrameDecoder();
  const frames: Frame[] = [];
  try {
    for (const chunk of chunks) {
      decoder.push(chunk);
      for (let frame = decoder.next(); frame !== null; frame = decoder.next()) frames.push(frame);
    }
    return { frames: frames.map(seen), failure: null };
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    return { frames: frames.map(seen), failure: `${error.code}: ${error.detail}` };
  }
}

/** Looked at only when all have come: what was given stays as it is. */
const seen = ({ headers, payload }: Frame): SeenFrame => ({
  headers: Object.fromEntries(headers),
  payload: payload.toString(),
});
