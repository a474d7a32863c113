import { conversation } from '../bodies.ts';

/** How one client dialect asks: its path and its body, for a model of the gateway. */
export interface MatrixClient {
  readonly name: string;
  path(model: string, stream: boolean): string;
  body(model: string, stream: boolean): object;
}

const { system, turns } = conversation(1800, 330);
const common = { temperature: 0.7, top_p: 1 };

export const clients: readonly MatrixClient[] = [
  {
    name: 'openai-chat',
    path: () => '/v1/chat/completions',
    body: (model, stream) => ({
      model,
      messages: [{ role: 'system', content: system }, ...turns.map(({ role, text }) => ({ role, content: text }))],
      ...common,
      max_tokens: 512,
      stream,
      ...(stream && { stream_options: { include_usage: true } }),
    }),
  },
  {
    name: 'openai-responses',
    path: () => '/v1/responses',
    body: (model, stream) => ({
      model,
      instructions: system,
      input: turns.map(({ role, text }) => ({
        role,
        content: [{ type: role === 'user' ? 'input_text' : 'output_text', text }],
      })),
      ...common,
      max_output_tokens: 512,
      store: false,
      stream,
    }),
  },
  {
    name: 'anthropic-messages',
    path: () => '/v1/messages',
    body: (model, stream) => ({
      model,
      system,
      messages: turns.map(({ role, text }) => ({ role, content: text })),
      temperature: common.temperature,
      max_tokens: 512,
      stream,
    }),
  },
  {
    name: 'gemini-content',
    path: (model, stream) => `/v1beta/models/${model}:${stream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`,
    body: () => ({
      systemInstruction: { parts: [{ text: system }] },
      contents: turns.map(({ role, text }) => ({ role: role === 'user' ? 'user' : 'model', parts: [{ text }] })),
      generationConfig: { temperature: common.temperature, topP: common.top_p, maxOutputTokens: 512 },
    }),
  },
];
