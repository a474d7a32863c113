import type { Script } from './fake-provider.ts';
import { sse } from './fake-provider.ts';

const event = (type: string, data: object): string => `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`;

/** A text in the Messages dialect, whole or streamed as asked: 12 tokens in, 5 out. */
export function messagesAnswer(text: string): Script {
  return (request, response) => {
    const message = {
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      model: request.body.model,
      content: [{ type: 'text', text }],
      stop_reason: 'end_turn',
      stop_sequence: null,
      usage: { input_tokens: 12, output_tokens: 5 },
    };
    if (request.body.stream !== true) {
      response.writeHead(200, { 'content-type': 'application/json' });
      return void response.end(JSON.stringify(message));
    }
    sse(response);
    response.write(
      event('message_start', {
        message: { ...message, content: [], stop_reason: null, usage: { input_tokens: 12, output_tokens: 1 } },
      }),
    );
    response.write(event('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }));
    for (const word of text.split(/(?<= )/)) {
      response.write(event('content_block_delta', { index: 0, delta: { type: 'text_delta', text: word } }));
    }
    response.write(event('content_block_stop', { index: 0 }));
    response.write(
      event('message_delta', { delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: { output_tokens: 5 } }),
    );
    response.end(event('message_stop', {}));
  };
}

/** The beginning of a stream in the Messages dialect that never ends by itself. */
export function messagesBeginning(text: string, then: (end: () => void) => void): Script {
  return (_request, response) => {
    sse(response);
    const message = { id: 'msg_1', role: 'assistant', content: [], usage: { input_tokens: 12, output_tokens: 1 } };
    response.write(event('message_start', { message }));
    if (text !== '') {
      response.write(event('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }));
      response.write(event('content_block_delta', { index: 0, delta: { type: 'text_delta', text } }));
    }
    then(() => response.destroy());
  };
}

/** A text in Gemini's dialect, whole or streamed as the path asks: 12 tokens in, 5 out. */
export function geminiAnswer(text: string): Script {
  return (request, response) => {
    const answer = (piece: string, last: boolean) => ({
      candidates: [
        { index: 0, content: { role: 'model', parts: [{ text: piece }] }, ...(last ? { finishReason: 'STOP' } : {}) },
      ],
      usageMetadata: { promptTokenCount: 12, candidatesTokenCount: 5, totalTokenCount: 17 },
      modelVersion: 'gemini-fake',
      responseId: 'r1',
    });
    if (!request.url.includes(':streamGenerateContent')) {
      response.writeHead(200, { 'content-type': 'application/json' });
      return void response.end(JSON.stringify(answer(text, true)));
    }
    sse(response);
    const words = text.split(/(?<= )/);
    words.forEach((word, index) => {
      response.write(`data: ${JSON.stringify(answer(word, index === words.length - 1))}\r\n\r\n`);
    });
    response.end();
  };
}

/** A text in Cohere's dialect, whole or streamed as asked: 12 tokens in and 5 out are counted, 2 and 3 billed. */
export function cohereAnswer(text: string): Script {
  return (request, response) => {
    const usage = {
      billed_units: { input_tokens: 2, output_tokens: 3 },
      tokens: { input_tokens: 12, output_tokens: 5 },
      cached_tokens: 8,
    };
    if (request.body.stream !== true) {
      response.writeHead(200, { 'content-type': 'application/json' });
      const message = { role: 'assistant', content: [{ type: 'text', text }] };
      return void response.end(JSON.stringify({ id: 'c1', message, finish_reason: 'COMPLETE', usage }));
    }
    sse(response);
    response.write(event('message-start', { id: 'c1', delta: { message: { role: 'assistant' } } }));
    for (const word of text.split(/(?<= )/)) {
      response.write(event('content-delta', { index: 0, delta: { message: { content: { text: word } } } }));
    }
    response.write(event('message-end', { delta: { finish_reason: 'COMPLETE', usage } }));
    response.end('data: [DONE]\n\n');
  };
}

/** A text in the Responses dialect, whole or streamed as asked: 12 tokens in, 5 out. Unless it is `whole`, it breaks off. */
export function responsesAnswer(text: string, whole = true): Script {
  return (request, response) => {
    const id = 'msg_own';
    const content = [{ type: 'output_text', text, annotations: [], logprobs: [] }];
    const item = { id, type: 'message', role: 'assistant', status: 'completed', content };
    const usage = { input_tokens: 12, output_tokens: 5, total_tokens: 17 };
    const answer = {
      id: 'resp_own',
      object: 'response',
      status: 'completed',
      error: null,
      output: [item],
      usage,
      vendor: 1,
    };
    if (request.body.stream !== true) {
      response.writeHead(200, { 'content-type': 'application/json' });
      return void response.end(JSON.stringify(answer));
    }
    sse(response);
    let number = 0;
    const say = (type: string, data: object) => response.write(event(type, { sequence_number: number++, ...data }));
    const place = { item_id: id, output_index: 0, content_index: 0 };
    say('response.created', { response: { ...answer, status: 'in_progress', output: [], usage: null } });
    say('response.output_item.added', { output_index: 0, item: { ...item, status: 'in_progress', content: [] } });
    say('response.content_part.added', { ...place, part: { ...content[0], text: '' } });
    for (const delta of text.split(/(?<= )/)) say('response.output_text.delta', { ...place, delta, logprobs: [] });
    if (!whole) return void setTimeout(() => response.destroy(), 50);
    say('response.output_text.done', { ...place, text, logprobs: [] });
    say('response.content_part.done', { ...place, part: content[0] });
    say('response.output_item.done', { output_index: 0, item });
    say('response.completed', { response: answer });
    response.end();
  };
}
