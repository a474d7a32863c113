type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const without = (value: Fields, ...names: readonly string[]): Fields =>
  Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name)));

/** Thoughts come with every answer, and log probabilities where so many are asked for. */
const UNDERSTOOD: ReadonlySet<unknown> = new Set(['reasoning.encrypted_content', 'message.output_text.logprobs']);
const isFilled = (value: unknown): boolean => isFields(value) && Object.keys(value).length > 0;

/** A request with what may be said in several ways said in one, and without what is bookkeeping. */
export function canonical(value: unknown): Fields {
  const { input, instructions, include, text, reasoning, truncation, stream, stream_options, ...body } =
    value as Fields;
  const items = typeof input === 'string' ? [{ role: 'user', content: input }] : (input as readonly Fields[]);
  const first = instructions === undefined ? [] : [{ role: 'system', content: instructions }];
  const words = Array.isArray(include) ? include.filter(word => !UNDERSTOOD.has(word)) : [];
  const obfuscated = isFields(stream_options) && stream_options.include_obfuscation === true;
  const { user = body.safety_identifier, safety_identifier = user } = body;
  // Without tools there is nothing to choose.
  const own = body.tools === undefined ? without(body, 'tool_choice', 'parallel_tool_calls') : body;
  return {
    ...without(own, 'store', 'user', 'safety_identifier'),
    ...(user !== undefined && { user, safety_identifier }),
    input: joined([...first, ...items].map(itemOf)),
    ...(words.length > 0 && { include: words }),
    ...(isFilled(text) && { text }),
    ...(isFilled(reasoning) && { reasoning }),
    ...(truncation === 'auto' && { truncation }),
    ...(stream === true && { stream }),
    ...(obfuscated && { stream_options }),
  };
}

function itemOf(item: Fields): Fields {
  const type = item.type ?? 'message';
  switch (type) {
    case 'message':
      return { ...without(item, 'id', 'status', 'content'), type, content: contentOf(item.content, item.role) };
    case 'function_call':
    case 'custom_tool_call':
      return without(item, 'id', 'status');
    case 'function_call_output':
    case 'custom_tool_call_output':
      return { ...item, output: contentOf(item.output, 'user') };
    default:
      return item;
  }
}

function contentOf(content: unknown, role: unknown): readonly unknown[] {
  const parts = typeof content === 'string' ? [{ type: 'input_text', text: content }] : (content as readonly Fields[]);
  return parts.map(part => {
    if (part.type === 'input_image') return { detail: 'auto', ...part };
    if (role !== 'assistant' || part.type === 'refusal') return part;
    return { type: 'output_text', annotations: [], ...without(part, 'type', 'logprobs') };
  });
}

/** The model may say in one message what it said in several. */
function joined(items: readonly Fields[]): readonly Fields[] {
  const out: Fields[] = [];
  for (const item of items) {
    const last = out.at(-1);
    if (last?.role === 'assistant' && item.role === 'assistant') {
      out[out.length - 1] = { ...last, content: [...(last.content as unknown[]), ...(item.content as unknown[])] };
    } else out.push(item);
  }
  return out;
}
