import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cityOf, eventsOf, packages, writeFiles } from './agent.mjs';

const settings = {
  security: { auth: { selectedType: 'gemini-api-key' } },
  privacy: { usageStatisticsEnabled: false },
  general: { enableAutoUpdate: false, enableAutoUpdateNotification: false },
  telemetry: { enabled: false },
};

export async function run({ url, apiKey, model, prompt }) {
  writeFiles(process.cwd());
  const home = join(process.env.HOME, '.gemini');
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, 'settings.json'), JSON.stringify(settings));
  const events = await eventsOf(
    process.execPath,
    [
      join(packages, '@google/gemini-cli/bundle/gemini.js'),
      ...[
        '--model',
        model,
        '--approval-mode',
        'yolo',
        '--skip-trust',
        '--output-format',
        'stream-json',
        '--prompt',
        prompt,
      ],
    ],
    { GOOGLE_GEMINI_BASE_URL: url, GEMINI_API_KEY: apiKey, NO_BROWSER: '1' },
    event => event.type === 'error' || (event.type === 'result' && event.status !== 'success'),
  );
  const messages = events.filter(event => event.type === 'message' && event.role === 'assistant');
  const lastTool = events.findLastIndex(event => event.type === 'tool_result');
  const text = events.slice(lastTool + 1).filter(event => event.type === 'message' && event.role === 'assistant');
  return {
    text: text.map(event => event.content).join(''),
    // It adds up what all requests took.
    usage: null,
    asked: events
      .filter(event => event.type === 'tool_use')
      .map(event => cityOf(event.parameters.file_path ?? event.parameters.absolute_path)),
    pieces: messages.length,
  };
}
