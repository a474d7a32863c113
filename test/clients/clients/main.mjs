/**
 * Runs one case with one client and prints what the client saw as one line of JSON. The task comes in as JSON:
 * `{ client, mode: 'stream' | 'whole', baseURL, apiKey, model, prompt, tools, effort }`.
 */
const task = JSON.parse(process.argv[2]);
const { run } = await import(`./${task.client}.mjs`);
const seen = await run(task);
process.stdout.write(`\n${JSON.stringify(seen)}\n`);
process.exit(0);
