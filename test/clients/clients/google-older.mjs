import { GoogleGenerativeAI } from '@google/generative-ai';
import { declaration, rounds, weather } from './weather.mjs';

/** It writes `/v1beta/provider/model:…`, without `models/`, since the model's name holds a slash. */
export async function run({ mode, url, apiKey, model, prompt, tools }) {
  const { asked, run: execute } = weather();
  const options = { model, ...(tools && { tools: [{ functionDeclarations: [declaration] }] }) };
  const chat = new GoogleGenerativeAI(apiKey).getGenerativeModel(options, { baseUrl: url }).startChat();
  let message = prompt;
  let pieces = 0;
  const ask = async () => {
    if (mode === 'whole') return (await chat.sendMessage(message)).response;
    pieces = 0;
    const { stream, response } = await chat.sendMessageStream(message);
    for await (const chunk of stream) if (chunk.text() !== '') pieces++;
    return await response;
  };
  const answers = await rounds({
    ask,
    calls: said => said.functionCalls() ?? [],
    answer: async (_, called) => {
      // An answer is in the history only after it was told.
      await chat.getHistory();
      message = called.map(({ id, name, args }) => ({
        functionResponse: { ...(id && { id }), name, response: { output: execute(args) } },
      }));
    },
  });
  const last = answers.at(-1);
  const usage = last.usageMetadata;
  return {
    text: last.text(),
    finish: last.candidates?.[0]?.finishReason,
    usage: {
      prompt: usage?.promptTokenCount,
      completion: usage && (usage.candidatesTokenCount ?? 0) + (usage.thoughtsTokenCount ?? 0),
      cached: usage?.cachedContentTokenCount,
    },
    asked,
    ...(mode === 'stream' && { pieces }),
  };
}
