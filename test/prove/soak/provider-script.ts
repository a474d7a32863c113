import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { chunk, json, type Script, sse, usageChunk } from '../../support/fake-provider.ts';
import { provedUsage } from '../load.ts';

/** What asks for a stream that never ends, for those who do not read it. */
export const ENDLESS = 'endless';
const GAP_MILLIS = 5;
/** Honest callers say less. */
const MOST_CONTENT = 1_000;

export interface ScriptCounts {
  calls: number;
  /** Calls that stood inside of others and must never have come here. */
  smuggled: number;
}

/** Says the content of the call again, word by word where a stream is asked for. */
export function echoing(counts: ScriptCounts): Script {
  return async (request, response) => {
    const [message] = request.body.messages as readonly { readonly content: unknown }[];
    const content = String(message?.content).slice(0, MOST_CONTENT);
    counts.calls++;
    if (content.includes('smuggled')) counts.smuggled++;
    if (request.body.stream !== true) {
      await sleep(4 * GAP_MILLIS);
      const choices = [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }];
      json(200, { id: 'c', object: 'chat.completion', created: 1, model: 'm', choices, usage: provedUsage })(
        request,
        response,
      );
      return;
    }
    sse(response);
    if (content === ENDLESS) return endless(response);
    for (const word of content.split(/(?<= )/)) {
      if (response.destroyed) return;
      response.write(chunk({ content: word }));
      await sleep(GAP_MILLIS);
    }
    response.end(`${chunk({}, 'stop')}${usageChunk(provedUsage)}data: [DONE]\n\n`);
  };
}

/** Until nobody is there any more; waits while nothing is taken. */
function endless(response: ServerResponse): void {
  const event = chunk({ content: 'x'.repeat(64 * 1024) });
  const more = () => {
    while (!response.destroyed && response.write(event));
  };
  response.on('drain', more);
  more();
}
