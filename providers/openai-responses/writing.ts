import type { Extra } from '../../src/spec/chat/parts.ts';
import { type Fields, merged, Writing } from '../openai-chat/options.ts';

/** What tells one server of the Responses dialect from another. */
export interface ResponsesOptions {
  /** Models that think: they take an effort and give encrypted thoughts. All by default. */
  readonly thinkers?: RegExp;
  /** Models that take no `temperature` and `top_p`; none by default. */
  readonly fixedSampling?: RegExp;
}

/** The name under which `extra`, proofs and parts hold what is of this dialect. */
export const OWNER = 'openai-responses';

const NONE: ReadonlySet<string> = new Set();

/** One translation: its options, and the warnings it collects. */
export class ResponsesWriting extends Writing {
  readonly responses: ResponsesOptions;

  constructor(responses: ResponsesOptions) {
    super({ reasoning: 'effort', ...(responses.thinkers !== undefined && { thinkers: responses.thinkers }) });
    this.responses = responses;
  }

  thinks(model: string): boolean {
    return this.responses.thinkers?.test(model) !== false;
  }

  /** The object with what `extra` holds for it. Of OpenAI's chat dialect only the members in `shared` are known here. */
  withOwn(json: object, extra: Extra | undefined, field: string, shared = NONE): Fields {
    let out = json as Fields;
    for (const [dialect, members] of Object.entries(extra ?? {})) {
      if (dialect === OWNER) out = merged(members, out);
      else
        for (const [name, value] of Object.entries(members)) {
          if (dialect === 'openai-chat' && shared.has(name)) out = merged({ [name]: value }, out);
          else this.#foreign(field === '' ? name : `${field}.${name}`, dialect);
        }
    }
    return out;
  }

  #foreign(field: string, dialect: string): void {
    const why = dialect === 'openai-chat' ? 'This provider does not know it.' : `It is of the dialect ${dialect}.`;
    this.warn(field, 'dropped', why);
  }
}
