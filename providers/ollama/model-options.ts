import type { ChatRequest } from '../../src/spec/chat/chat-request.ts';
import { type Fields, isFields, type Writing } from '../openai-chat/options.ts';
import type { Json } from './wire.ts';

/** Options that clients also write beside the members of OpenAI's dialect (https://docs.ollama.com/modelfile). */
export const optionNames = Object.freeze([
  'main_gpu',
  'min_p',
  'mirostat',
  'mirostat_eta',
  'mirostat_tau',
  'num_batch',
  'num_ctx',
  'num_gpu',
  'num_keep',
  'num_predict',
  'num_thread',
  'repeat_last_n',
  'repeat_penalty',
  'typical_p',
  'use_mmap',
] as const);

/** Members of a neutral request, with the names of their options and those that clients of OpenAI's dialect know. */
const same = [
  ['maxTokens', 'num_predict', 'max_tokens'],
  ['temperature', 'temperature', 'temperature'],
  ['topP', 'top_p', 'top_p'],
  ['topK', 'top_k', 'top_k'],
  ['seed', 'seed', 'seed'],
  ['stop', 'stop', 'stop'],
  ['frequencyPenalty', 'frequency_penalty', 'frequency_penalty'],
  ['presencePenalty', 'presence_penalty', 'presence_penalty'],
] as const satisfies readonly (readonly [keyof ChatRequest, string, string])[];

/** `options`; what stands in the caller's own counts. */
export function optionsJson(request: ChatRequest, own: Fields, writing: Writing): { readonly options?: Json } {
  const given = isFields(own.options) ? own.options : {};
  if (own.options !== undefined && !isFields(own.options)) writing.warn('options', 'dropped', 'It is no object.');
  const options: Record<string, unknown> = {};
  const set = (option: string, value: unknown, field: string) => {
    if (value === undefined) return;
    if (!Object.hasOwn(given, option) && !Object.hasOwn(options, option)) options[option] = value;
    else if (JSON.stringify(given[option] ?? options[option]) !== JSON.stringify(value)) {
      writing.warn(field, 'dropped', `The option ${option} is given otherwise.`);
    }
  };
  for (const name of optionNames) set(name, own[name], name);
  for (const [neutral, option, field] of same) set(option, request[neutral], field);
  const all = { ...options, ...given };
  return Object.keys(all).length > 0 ? { options: all } : {};
}
