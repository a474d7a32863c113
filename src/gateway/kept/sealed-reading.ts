import type { Reading } from '../ingress/ingress.ts';
import { type SealId, sealResponse } from './sealed-response.ts';
import { SealedStream } from './sealed-stream.ts';

/** The reading of an answer that lives at its provider: the client gets it with sealed ids. */
export function sealedReading(own: Reading, seal: SealId): Reading {
  return {
    readReply: (body, redact) => {
      const facts = own.readReply(body, redact);
      if (facts.failure !== null) return facts;
      const { usage, flags } = facts;
      return {
        body: sealResponse(facts.body ?? body, seal),
        usage,
        flags,
        failure: null,
        get outputBytes() {
          return facts.outputBytes;
        },
      };
    },
    ...(own.streamType !== undefined && { streamType: own.streamType }),
    openStream: options => new SealedStream(own.openStream!(options), seal),
  };
}

/** The same provider id has the same sealed one, and a stream repeats it: sealed once. */
export function remembering(seal: SealId): SealId {
  let lastId = '';
  let lastSealed = '';
  return id => {
    if (id !== lastId) {
      lastSealed = seal(id);
      lastId = id;
    }
    return lastSealed;
  };
}
