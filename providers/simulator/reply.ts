/** What the simulator answers: a whole body, or a stream of server-sent events made as they are sent. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Before the first byte of the body. */
  readonly delayMillis: number;
  /** Between two chunks. */
  readonly gapMillis: number;
  readonly chunks: Iterator<string>;
  /** Headers leave at once, as providers do it for a stream; otherwise with the first chunk. */
  readonly streamed: boolean;
}

export function jsonReply(body: unknown, options: { readonly delayMillis: number }): Reply {
  return {
    status: 200,
    headers: { 'content-type': 'application/json' },
    delayMillis: options.delayMillis,
    gapMillis: 0,
    chunks: [JSON.stringify(body)].values(),
    streamed: false,
  };
}

export const sse = (data: string): string => `data: ${data}\n\n`;
