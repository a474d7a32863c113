type Fields = Readonly<Record<string, unknown>>;

interface Event {
  readonly type: string;
  readonly index: number;
  readonly message: Fields;
  readonly content_block: Fields;
  readonly delta: Record<string, unknown> & { type: string };
  readonly usage?: Fields;
}

/** The whole answer that a stream stands for, put together without the code under test. */
export function wholeMessage(events: readonly unknown[]): Fields {
  let message: Record<string, unknown> = {};
  const blocks: Record<string, unknown>[] = [];
  for (const event of events as readonly Event[]) {
    if (event.type === 'message_start') message = { ...event.message };
    if (event.type === 'content_block_start') blocks[event.index] = { ...event.content_block };
    if (event.type === 'content_block_delta') add(blocks[event.index]!, event.delta);
    if (event.type === 'content_block_stop') close(blocks[event.index]!);
    if (event.type === 'message_delta') {
      message = { ...message, ...event.delta, usage: { ...(message.usage as Fields), ...event.usage } };
    }
  }
  return { ...message, content: blocks };
}

function add(block: Record<string, unknown>, { type, ...delta }: Record<string, unknown>): void {
  if (type === 'citations_delta') block.citations = [...((block.citations as unknown[]) ?? []), delta.citation];
  else for (const [name, piece] of Object.entries(delta)) block[name] = `${block[name] ?? ''}${piece}`;
}

function close(block: Record<string, unknown>): void {
  if (block.partial_json) block.input = JSON.parse(String(block.partial_json));
  delete block.partial_json;
}
