import type { GatewayError } from '../../spec/gateway-error.ts';
import type { KnownModel } from '../routing/list-models.ts';

/** What all operations of one client dialect have in common. */
export interface ClientDialect {
  /** The body of an error answer. */
  readonly renderError: (error: GatewayError, requestId: string) => Buffer;
  /** The event that ends a broken stream; `begun` where bytes of an answer have left before it. */
  readonly renderErrorEvent: (error: GatewayError, requestId: string, begun: boolean) => Buffer;
  /** Content type of its streams where they are no server-sent events. */
  readonly streamType?: string;
  /** Bytes that keep an open stream alive and mean nothing. */
  readonly keepAlive: Buffer;
  /** Header, beside `x-request-id`, under which its clients look for the request id; null when they know ours. */
  readonly idHeader: string | null;
  /** Lower-case names of headers of the caller that a target of the same dialect is told as well. */
  readonly passedHeaders: readonly string[];
  /** One model of `GET /v1/models`. */
  readonly describeModel: (model: KnownModel) => object;
  /** The list of them, as the query asks for it. */
  readonly listModels: (models: readonly KnownModel[], query: Readonly<Record<string, unknown>>) => object;
}
