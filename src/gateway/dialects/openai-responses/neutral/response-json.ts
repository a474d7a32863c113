import type { ResponsesStatus } from '../../../../spec/chat/responses-failure.ts';
import { writeResponsesUsage } from '../../../../spec/chat/responses-usage.ts';
import type { Usage } from '../../../../spec/usage.ts';
import type { Fields } from '../../neutral/members.ts';

export interface ResponseOptions {
  readonly id: string;
  readonly model: string;
  readonly createdSeconds: number;
}

/** What of the request an answer repeats, with what holds where it says nothing. */
const repeated: Fields = {
  instructions: null,
  max_output_tokens: null,
  max_tool_calls: null,
  metadata: {},
  parallel_tool_calls: true,
  prompt_cache_key: null,
  reasoning: { effort: null, summary: null },
  safety_identifier: null,
  temperature: null,
  text: { format: { type: 'text' } },
  tool_choice: 'auto',
  tools: [],
  top_logprobs: null,
  top_p: null,
  truncation: 'disabled',
  user: null,
};

/**
 * The JSON of a response. The request that it repeats may hold many tools and stands in three events of a stream, so it
 * is written once.
 */
export class ResponseJson {
  readonly #options: ResponseOptions;
  readonly #told: Fields;
  #repeated: string | null = null;

  constructor(options: ResponseOptions, told: Fields) {
    this.#options = options;
    this.#told = told;
  }

  begun(): string {
    return this.#write({
      status: 'in_progress',
      incomplete_details: null,
      completed_at: null,
      output: [],
      usage: null,
    });
  }

  ended(ending: ResponsesStatus, output: readonly object[], usage: Usage | null): string {
    return this.#write({
      ...ending,
      completed_at: ending.status === 'completed' ? Math.floor(Date.now() / 1000) : null,
      output,
      usage: usage === null ? null : writeResponsesUsage(usage),
    });
  }

  /** Nothing is kept here, so the answer says so, whatever was asked for. */
  #write(state: object): string {
    const { id, model, createdSeconds } = this.#options;
    this.#repeated ??= this.#repeat();
    const head = JSON.stringify({ id, object: 'response', created_at: createdSeconds, model, ...state });
    return `${head.slice(0, -1)},${this.#repeated}}`;
  }

  #repeat(): string {
    const members = Object.entries(repeated).map(([name, usual]) => [name, this.#told[name] ?? usual]);
    const facts = { error: null, background: false, store: false, previous_response_id: null, service_tier: null };
    return JSON.stringify({ ...facts, ...Object.fromEntries(members) }).slice(1, -1);
  }
}
