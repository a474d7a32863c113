import type {
  UpstreamClient,
  UpstreamExchange,
  UpstreamFailure,
  UpstreamHandler,
  UpstreamRequest,
} from '../../src/spec/upstream.ts';

/** Everything a handler heard of one exchange. */
export class HeardExchange implements UpstreamHandler {
  exchange: UpstreamExchange | null = null;
  /** Names of the callbacks in their order; neighbours of the same name once. */
  readonly order: string[] = [];
  status = 0;
  headers: Readonly<Record<string, string | string[] | undefined>> = {};
  readonly chunks: Buffer[] = [];
  failure: UpstreamFailure | null = null;
  readonly over: Promise<void>;
  readonly #hooks: Partial<UpstreamHandler>;
  #settle: () => void = () => {};

  /** @param hooks are called after what they hook into has been noted. */
  constructor(hooks: Partial<UpstreamHandler> = {}) {
    this.#hooks = hooks;
    this.over = new Promise(resolve => {
      this.#settle = resolve;
    });
  }

  get text(): string {
    return Buffer.concat(this.chunks).toString('latin1');
  }

  /** What a caller can tell the answer by. */
  get answer() {
    return { status: this.status, text: this.text, failure: this.failure };
  }

  onSent(): void {
    this.#note('sent');
    this.#hooks.onSent?.();
  }

  onHeaders(status: number, headers: Readonly<Record<string, string | string[] | undefined>>): void {
    this.#note('headers');
    this.status = status;
    this.headers = headers;
    this.#hooks.onHeaders?.(status, headers);
  }

  onData(chunk: Buffer): void {
    this.#note('data');
    this.chunks.push(chunk);
    this.#hooks.onData?.(chunk);
  }

  onEnd(): void {
    this.#note('end');
    this.#settle();
    this.#hooks.onEnd?.();
  }

  onError(failure: UpstreamFailure): void {
    this.#note('error');
    this.failure = failure;
    this.#settle();
    this.#hooks.onError?.(failure);
  }

  #note(name: string): void {
    if (name !== 'data' || this.order.at(-1) !== 'data') this.order.push(name);
  }
}

export function send(
  client: UpstreamClient,
  request: Partial<UpstreamRequest> & { readonly origin: string },
  hooks: Partial<UpstreamHandler> = {},
): HeardExchange {
  const heard = new HeardExchange(hooks);
  heard.exchange = client.send(
    { path: '/v1/chat', method: 'POST', headers: [], body: Buffer.from('{}'), ...request },
    heard,
  );
  return heard;
}

/** Sends and waits until the exchange is over. */
export async function ask(
  client: UpstreamClient,
  request: Partial<UpstreamRequest> & { readonly origin: string },
  hooks: Partial<UpstreamHandler> = {},
): Promise<HeardExchange> {
  const heard = send(client, request, hooks);
  await heard.over;
  return heard;
}
