import type { Provider } from '../src/spec/provider.ts';
import anthropic from './anthropic/index.ts';
import azure from './azure/index.ts';
import bedrock from './bedrock/index.ts';
import cerebras from './cerebras.ts';
import cohere from './cohere/index.ts';
import dashscope from './dashscope.ts';
import deepinfra from './deepinfra.ts';
import deepseek from './deepseek.ts';
import fireworks from './fireworks.ts';
import gemini from './gemini/index.ts';
import groq from './groq.ts';
import huggingface from './huggingface.ts';
import mistral from './mistral/index.ts';
import moonshotai from './moonshotai.ts';
import nvidia from './nvidia.ts';
import ollama from './ollama/index.ts';
import openai from './openai.ts';
import openaiCompatible from './openai-compatible.ts';
import openrouter from './openrouter.ts';
import perplexity from './perplexity.ts';
import simulator from './simulator/index.ts';
import together from './together.ts';
import vertex from './vertex/index.ts';
import vllm from './vllm.ts';
import xai from './xai.ts';
import zai from './zai.ts';

export { type PlannedAdapter, plannedAdapters } from './planned.ts';

/** Every adapter that is built, by id, in the order in which `docs/providers.md` lists them. */
export const providers: ReadonlyMap<string, Provider> = new Map(
  [
    openai,
    anthropic,
    gemini,
    vertex,
    mistral,
    azure,
    bedrock,
    cohere,
    openaiCompatible,
    groq,
    deepseek,
    xai,
    together,
    openrouter,
    fireworks,
    perplexity,
    cerebras,
    moonshotai,
    zai,
    huggingface,
    nvidia,
    dashscope,
    deepinfra,
    ollama,
    vllm,
    simulator,
  ].map(provider => [provider.id, provider]),
);
