import { GoogleGenAI } from '@google/genai';
import { declaration, rounds, weather } from './weather.mjs';

/** Its chat keeps the history itself, signatures included. */
export async function run({ mode, url, apiKey, model, prompt, tools, effort }) {
  const { asked, run: execute } = weather();
  const chat = new GoogleGenAI({ apiKey, httpOptions: { baseUrl: url } }).chats.create({
    model,
    config: {
      ...(tools && { tools: [{ functionDeclarations: [declaration] }] }),
      ...(effort && { thinkingConfig: { includeThoughts: true } }),
    },
  });
  let message = prompt;
  const ask = async () => {
    if (mode === 'whole') return told([await chat.sendMessage({ message })]);
    const chunks = [];
    for await (const chunk of await chat.sendMessageStream({ message })) chunks.push(chunk);
    return told(chunks);
  };
  const answers = await rounds({
    ask,
    calls: said => said.calls,
    answer: (_, called) => {
      message = called.map(({ id, name, args }) => ({
        functionResponse: { ...(id && { id }), name, response: { output: execute(args) } },
      }));
    },
  });
  const { text, finish, usage, pieces } = answers.at(-1);
  return {
    ...{ text, finish, asked },
    thought: answers.map(said => said.thought).join(''),
    usage: {
      prompt: usage?.promptTokenCount,
      completion: usage && (usage.candidatesTokenCount ?? 0) + (usage.thoughtsTokenCount ?? 0),
      cached: usage?.cachedContentTokenCount,
      reasoning: usage?.thoughtsTokenCount,
    },
    ...(mode === 'stream' && { pieces }),
  };
}

function told(chunks) {
  const parts = chunks.flatMap(chunk => chunk.candidates?.[0]?.content?.parts ?? []);
  const said = parts.filter(part => part.text && !part.thought);
  return {
    text: said.map(part => part.text).join(''),
    thought: parts.map(part => (part.thought ? part.text : '')).join(''),
    calls: parts.flatMap(part => part.functionCall ?? []),
    finish: chunks.at(-1)?.candidates?.[0]?.finishReason,
    usage: chunks.findLast(chunk => chunk.usageMetadata)?.usageMetadata,
    pieces: said.length,
  };
}
