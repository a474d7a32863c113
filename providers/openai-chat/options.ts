import type { Extra } from '../../src/spec/chat/parts.ts';
import type { Warning } from '../../src/spec/warning.ts';

/** What tells one server of OpenAI's chat dialect from another. */
export interface OpenaiChatOptions {
  /** Name of the bound on the answer; `max_tokens` by default, which more servers know. */
  readonly maxTokens?: 'max_tokens' | 'max_completion_tokens';
  /** Dialects whose own members the server takes too, such as `cache_control` (`anthropic`). None by default. */
  readonly extensions?: readonly string[];
  /** What of earlier thoughts it takes: nothing, their text (by default), or `reasoning_details` with their proofs. */
  readonly thoughts?: 'none' | 'text' | 'details';
  /** A tool message may hold images and files; by default they follow in a message of the user. */
  readonly toolMedia?: boolean;
  /** `effort`: thinking is asked for by `reasoning_effort` alone; by default a bound in tokens has a member too. */
  readonly reasoning?: 'effort';
  /** Models that take an effort; all by default. */
  readonly thinkers?: RegExp;
  /** Models that take no `temperature`, `top_p` or `stop`; none by default. */
  readonly fixedSampling?: RegExp;
  /** False where `top_k` is refused. */
  readonly topK?: boolean;
  /** Models that search the web with `web_search_options`, for callers who ask for it in another dialect; none by default. */
  readonly searchers?: RegExp;
  /** How many stop sequences it takes; any number by default. */
  readonly mostStops?: number;
  /** Files are PDFs with a name, and stand in the request: texts are told as text, and addresses are fetched. */
  readonly pdfOnly?: boolean;
  /** False where streams carry usage unasked, or where `stream_options` are refused. */
  readonly asksForUsage?: boolean;
  /** Texts of one message are told as one, which servers that take no parts understand as well. */
  readonly joinTexts?: boolean;
}

/** One translation: its options, and the warnings it collects. */
export class Writing {
  readonly options: OpenaiChatOptions;
  readonly warnings: Warning[] = [];

  constructor(options: OpenaiChatOptions) {
    this.options = options;
  }

  warn(field: string, action: Warning['action'], why: string): void {
    if (this.warnings.some(known => known.field === field && known.why === why)) return;
    this.warnings.push({ field, action, why });
  }

  /** The object with what `extra` holds for it, each dialect's members where the server takes them. */
  withExtra(own: object, extra: Extra | undefined, field: string): Fields {
    let out: Fields = own as Fields;
    for (const [dialect, members] of Object.entries(extra ?? {})) {
      if (dialect === 'openai-chat' || this.options.extensions?.includes(dialect)) out = merged(members, out);
      else for (const name of Object.keys(members)) this.#foreign(`${field === '' ? '' : `${field}.`}${name}`, dialect);
    }
    return out;
  }

  #foreign(field: string, dialect: string): void {
    this.warn(field, 'dropped', `It is of the dialect ${dialect}.`);
  }
}

export type Fields = Readonly<Record<string, unknown>>;

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Members of both, object by object; where both say something the second counts. */
export function merged(first: Fields, second: Fields): Fields {
  const out: Record<string, unknown> = { ...first };
  for (const [name, value] of Object.entries(second)) {
    const known = out[name];
    out[name] = isFields(known) && isFields(value) ? merged(known, value) : value;
  }
  return out;
}
