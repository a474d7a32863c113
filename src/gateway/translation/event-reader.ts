import type { ServerEvent } from '../../spec/chat/chat-codec.ts';

/**
 * Cuts a provider's stream into its events, whatever the network's cuts. Throws `upstream_invalid` where the bytes
 * cannot be a part of such a stream.
 */
export interface EventReader {
  /** Takes what the network gave, once every event of what it gave before was asked for. */
  push(chunk: Buffer): void;
  /** Nothing more comes: what is left counts as it stands. */
  end(): void;
  /** The next event that is complete; null when there is none. */
  next(): ServerEvent | null;
}
