import { Agent, type IncomingMessage, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const LOOK_MILLIS = 100;

export interface BalancedLoad {
  /** Calls that ended well, and what became of the others. */
  readonly done: number;
  readonly failures: readonly string[];
  /** Lets calls under way end. */
  stop(): Promise<void>;
}

export interface LoadPlan {
  readonly nodes: readonly string[];
  readonly key: string;
  readonly callers: number;
  /** Body of the nth call of a caller. */
  readonly body: (nth: number) => object;
}

/**
 * Callers behind something like a load balancer: a new connection goes to a node whose `/readyz` said yes at the last
 * look, an established one is used until it was announced that it ends. Nothing is tried twice.
 */
export function startBalancedLoad({ nodes, key, callers, body }: LoadPlan): BalancedLoad {
  const ready = new Set(nodes);
  const failures: string[] = [];
  let done = 0;
  let running = true;

  async function look(node: string): Promise<void> {
    while (running) {
      const reply = await fetch(`${node}/readyz`, { signal: AbortSignal.timeout(2_000) }).catch(() => null);
      if (reply?.status === 200) ready.add(node);
      else ready.delete(node);
      await reply?.arrayBuffer().catch(() => undefined); // the node may end between head and body
      await sleep(LOOK_MILLIS);
    }
  }

  async function caller(number: number): Promise<void> {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    let node = nodes[number % nodes.length]!;
    for (let nth = 0; running; nth++) {
      const established = Object.keys(agent.freeSockets).length > 0;
      if (!established) node = chosen(ready, number + nth) ?? node;
      await call(node, agent, key, body(nth)).then(
        () => {
          done += 1;
        },
        (error: Error) => failures.push(`${node}, ${established ? 'established' : 'new'}: ${error.message}`),
      );
      // As an event loop does between two calls of a real caller: what has come of the connection's end is seen.
      await sleep(1);
    }
    agent.destroy();
  }

  const all = [...nodes.map(look), ...Array.from({ length: callers }, (_, number) => caller(number))];
  return {
    get done() {
      return done;
    },
    failures,
    stop: async () => {
      running = false;
      await Promise.all(all);
    },
  };
}

const chosen = (ready: ReadonlySet<string>, number: number): string | undefined => [...ready][number % ready.size];

function call(node: string, agent: Agent, key: string, body: object): Promise<void> {
  const text = JSON.stringify(body);
  const headers = {
    authorization: `Bearer ${key}`,
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
  };
  return new Promise((resolve, reject) => {
    const sent = request(`${node}/v1/chat/completions`, { method: 'POST', agent, headers }, response => {
      read(response).then(answer => (good(response, answer) ? resolve() : reject(new Error(answer))), reject);
    });
    sent.on('error', reject);
    sent.end(text);
  });
}

const good = (response: IncomingMessage, answer: string): boolean =>
  response.statusCode === 200 &&
  (response.headers['content-type']?.startsWith('text/event-stream') !== true || answer.endsWith('data: [DONE]\n\n'));

async function read(response: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of response) text += (chunk as Buffer).toString();
  return text;
}
