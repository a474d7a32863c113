import type { ServerResponse } from 'node:http';
import { type FakeProvider, fakeProvider, type SeenRequest, sse } from './fake-provider.ts';

export interface StatefulProvider extends FakeProvider {
  /** Ids of the responses that it keeps, oldest first. */
  readonly kept: () => readonly string[];
}

/** A provider of the Responses dialect that keeps its answers: each says what the first message of the chain said. */
export async function statefulProvider(): Promise<StatefulProvider> {
  const responses = new Map<string, Record<string, unknown>>();
  const provider = await fakeProvider((request, response) => {
    const path = request.url.split('?', 1)[0]!;
    if (path === '/v1/responses') create(request, response, responses);
    else serve(path.slice('/v1/responses/'.length), request.method, response, responses);
  });
  return { ...provider, kept: () => [...responses.keys()] };
}

function create(
  { body }: SeenRequest,
  response: ServerResponse,
  responses: Map<string, Record<string, unknown>>,
): void {
  const previous = body.previous_response_id as string | undefined;
  const before = previous === undefined ? undefined : responses.get(previous);
  if (previous !== undefined && before === undefined) {
    const message = `Previous response with id '${previous}' not found.`;
    const error = {
      message,
      type: 'invalid_request_error',
      param: 'previous_response_id',
      code: 'previous_response_not_found',
    };
    return send(response, 400, { error });
  }
  const memory = (before?.memory as string | undefined) ?? JSON.stringify(body.input);
  const id = `resp_raw${String(responses.size).padStart(4, '0')}`;
  const done = {
    ...{ id, object: 'response', created_at: 1, model: body.model, status: 'completed', error: null, store: true },
    previous_response_id: previous ?? null,
    output: [
      {
        ...{ id: 'msg_raw', type: 'message', role: 'assistant', status: 'completed' },
        content: [{ type: 'output_text', text: `remembers ${memory}`, annotations: [] }],
      },
    ],
    metadata: { id: 'resp_of_the_caller' },
    usage: { input_tokens: 12, output_tokens: 5, total_tokens: 17 },
  };
  if (body.store !== false) responses.set(id, { ...done, memory });
  if (body.stream !== true) return send(response, 200, done);
  sse(response);
  const text = `remembers ${memory}`;
  const begun = { ...done, status: 'in_progress', output: [], usage: null };
  for (const [number, event] of [
    { type: 'response.created', response: begun },
    { type: 'response.in_progress', response: begun },
    { type: 'response.output_item.added', output_index: 0, item: { id: 'msg_raw', type: 'message', content: [] } },
    {
      ...{ type: 'response.content_part.added', item_id: 'msg_raw', output_index: 0, content_index: 0 },
      part: { type: 'output_text', text: '', annotations: [] },
    },
    { type: 'response.output_text.delta', item_id: 'msg_raw', output_index: 0, content_index: 0, delta: text },
    { type: 'response.output_text.done', item_id: 'msg_raw', output_index: 0, content_index: 0, text },
    { type: 'response.output_item.done', output_index: 0, item: done.output[0] },
    { type: 'response.completed', response: done },
  ].entries()) {
    response.write(`event: ${event.type}\ndata: ${JSON.stringify({ ...event, sequence_number: number })}\n\n`);
  }
  response.end();
}

function serve(
  path: string,
  method: string,
  response: ServerResponse,
  responses: Map<string, Record<string, unknown>>,
): void {
  const [id = '', below = ''] = path.split('/');
  const { memory: _, ...known } = responses.get(id) ?? {};
  if (!('id' in known)) {
    const error = {
      message: `Response with id '${id}' not found.`,
      type: 'invalid_request_error',
      param: null,
      code: null,
    };
    return send(response, 404, { error });
  }
  if (method === 'DELETE') {
    responses.delete(id);
    return send(response, 200, { id, object: 'response', deleted: true });
  }
  if (below === 'input_items') {
    return send(response, 200, { object: 'list', data: [], first_id: null, last_id: null, has_more: false });
  }
  send(response, 200, below === 'cancel' ? { ...known, status: 'cancelled' } : known);
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
