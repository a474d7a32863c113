import { type UpstreamClient, type UpstreamRequest, wholeBody } from '../../src/spec/upstream.ts';
import { chatReply } from './chat.ts';
import { embeddingsReply } from './embeddings.ts';
import { SimulatorExchange } from './exchange.ts';
import { errorReply, Refusal } from './refusal.ts';
import type { Reply } from './reply.ts';

const operations: Readonly<Record<string, (body: unknown) => Promise<Reply>>> = {
  '/chat/completions': chatReply,
  '/embeddings': embeddingsReply,
};

const open = new Set<SimulatorExchange>();

/** The upstream of the simulator: same contract as the network, no socket. */
export const simulatorClient: UpstreamClient = {
  send(request, handler) {
    const exchange = new SimulatorExchange(handler, () => open.delete(exchange));
    open.add(exchange);
    replyTo(request).then(
      reply => exchange.answer(reply),
      (error: unknown) => exchange.fail(String(error)),
    );
    return exchange;
  },

  /** Ends what is still running; each handler hears `aborted`. */
  async close() {
    for (const exchange of [...open]) exchange.fail('the simulator was closed', 'aborted');
  },
};

async function replyTo(request: UpstreamRequest): Promise<Reply> {
  try {
    const operation = Object.keys(operations).find(path => request.path.endsWith(path));
    if (!operation || request.method !== 'POST')
      throw new Refusal(404, 'unknown_url', 'The simulator has nothing here.');
    return await operations[operation]!(parseJson(wholeBody(request.body)));
  } catch (error) {
    if (error instanceof Refusal) return errorReply(error);
    throw error;
  }
}

function parseJson(body: UpstreamRequest['body']): unknown {
  const whole = Array.isArray(body) ? Buffer.concat(body) : body;
  try {
    return JSON.parse(String(whole ?? ''));
  } catch (cause) {
    throw new Refusal(400, 'invalid_json', 'The body is not valid JSON.', null, { cause });
  }
}
