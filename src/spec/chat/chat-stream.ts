import type { ProviderFailure } from '../provider.ts';
import type { Usage } from '../usage.ts';
import type { Citation, Extra } from './parts.ts';

export type FinishReason = 'stop' | 'length' | 'tool-calls' | 'content-filter' | 'refusal' | 'other';

/**
 * An answer as a stream. A whole answer is the same stream, collected, so the two cannot differ. Parts come in order;
 * `choice` is 0 unless several choices were asked for.
 *
 * A `tool-input-start` opens the call `index`; its deltas carry JSON text; the next part of another kind or index, or
 * the finish, ends it. A `reasoning-proof` belongs to the reasoning deltas before it and ends that thought.
 */
export type ChatPart =
  | { readonly type: 'start'; readonly id?: string; readonly model?: string; readonly createdSeconds?: number }
  | { readonly type: 'text-delta'; readonly choice: number; readonly text: string; readonly extra?: Extra }
  | { readonly type: 'citation'; readonly choice: number; readonly citation: Citation }
  | { readonly type: 'reasoning-delta'; readonly choice: number; readonly text: string }
  | {
      readonly type: 'reasoning-proof';
      readonly choice: number;
      readonly source: string;
      readonly signature?: string;
      readonly encrypted?: string;
      readonly id?: string;
    }
  | { readonly type: 'refusal-delta'; readonly choice: number; readonly text: string }
  | {
      readonly type: 'tool-input-start';
      readonly choice: number;
      /** Counts the tool calls of a choice from 0. */
      readonly index: number;
      readonly id: string;
      readonly name: string;
      readonly custom?: boolean;
      readonly signature?: string;
      readonly source?: string;
      readonly extra?: Extra;
    }
  | { readonly type: 'tool-input-delta'; readonly choice: number; readonly index: number; readonly text: string }
  /** A part of one dialect that has no neutral form (server tool blocks, audio, images): goes to clients as it is. */
  | {
      readonly type: 'provider-part';
      readonly choice: number;
      readonly dialect: string;
      readonly value: Readonly<Record<string, unknown>>;
    }
  | { readonly type: 'logprobs'; readonly choice: number; readonly value: unknown }
  | {
      readonly type: 'finish';
      readonly choice: number;
      readonly reason: FinishReason;
      /** The provider's own word, where the neutral one loses something. */
      readonly raw?: string;
      /** Which of the stop sequences ended it, where the provider says so. */
      readonly stopSequence?: string;
    }
  /** Once, at the end; null when the provider gave no believable count, with the reason in `flags`. */
  | {
      readonly type: 'usage';
      readonly usage: Usage | null;
      /** What stands on the provider's bill, where that is not what it counted; the ledger books this. */
      readonly billed?: Usage;
      readonly flags?: string;
      readonly extra?: Extra;
    }
  /** The provider ended the answer with an error of its own. */
  | { readonly type: 'error'; readonly error: StreamError };

/** The provider ended an answer that began as a success. Members as in `ProviderFailure`. */
export type StreamError = Pick<ProviderFailure, 'cause' | 'message' | 'type' | 'code'>;
